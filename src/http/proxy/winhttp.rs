//! Proxy scripts and automatic detection by WinHTTP, which is loaded when one of them is set.

use std::ffi::c_void;
use std::mem::transmute;
use std::ptr;

use windows_sys::Win32::Foundation::{GetLastError, GlobalFree};
use windows_sys::Win32::Networking::WinHttp::{
    WINHTTP_ACCESS_TYPE_NAMED_PROXY, WINHTTP_ACCESS_TYPE_NO_PROXY, WINHTTP_AUTO_DETECT_TYPE_DHCP, WINHTTP_AUTO_DETECT_TYPE_DNS_A,
    WINHTTP_AUTOPROXY_AUTO_DETECT, WINHTTP_AUTOPROXY_CONFIG_URL, WINHTTP_AUTOPROXY_OPTIONS, WINHTTP_PROXY_INFO,
};

use super::lookup::Query;
use super::system_library::{SystemLibrary, wide};

/// `ERROR_WINHTTP_LOGIN_FAILURE`: the script's host asks for a login.
const LOGIN_FAILURE: u32 = 12015;
/// `ERROR_MOD_NOT_FOUND`, for a Windows without WinHTTP.
const NO_LIBRARY: u32 = 126;

type Open = unsafe extern "system" fn(*const u16, u32, *const u16, *const u16, u32) -> *mut c_void;
type SetTimeouts = unsafe extern "system" fn(*mut c_void, i32, i32, i32, i32) -> i32;
type GetProxyForUrl = unsafe extern "system" fn(*mut c_void, *const u16, *mut WINHTTP_AUTOPROXY_OPTIONS, *mut WINHTTP_PROXY_INFO) -> i32;
type GetDefault = unsafe extern "system" fn(*mut WINHTTP_PROXY_INFO) -> i32;
type Close = unsafe extern "system" fn(*mut c_void) -> i32;

struct WinHttp {
    open: Open,
    set_timeouts: SetTimeouts,
    get_proxy_for_url: GetProxyForUrl,
    get_default: GetDefault,
    close: Close,
}

impl WinHttp {
    fn load() -> Option<WinHttp> {
        let library = SystemLibrary::load("winhttp.dll")?;
        // SAFETY: the signatures are those of winhttp.h.
        unsafe {
            Some(WinHttp {
                open: transmute::<*const c_void, Open>(library.address(c"WinHttpOpen")?),
                set_timeouts: transmute::<*const c_void, SetTimeouts>(library.address(c"WinHttpSetTimeouts")?),
                get_proxy_for_url: transmute::<*const c_void, GetProxyForUrl>(library.address(c"WinHttpGetProxyForUrl")?),
                get_default: transmute::<*const c_void, GetDefault>(library.address(c"WinHttpGetDefaultProxyConfiguration")?),
                close: transmute::<*const c_void, Close>(library.address(c"WinHttpCloseHandle")?),
            })
        }
    }
}

/// What the script, or the one that automatic detection finds, names for an address. Blocks, perhaps for minutes.
pub fn proxies(query: &Query) -> Result<String, u32> {
    const PATIENCE_MS: i32 = 10_000; // WinHTTP does not always keep it
    let winhttp = WinHttp::load().ok_or(NO_LIBRARY)?;
    // SAFETY: null stands for no proxy.
    let session = unsafe { (winhttp.open)(wide("videodoktor").as_ptr(), WINHTTP_ACCESS_TYPE_NO_PROXY, ptr::null(), ptr::null(), 0) };
    if session.is_null() {
        return Err(last_error());
    }
    // SAFETY: the session is open.
    unsafe { (winhttp.set_timeouts)(session, PATIENCE_MS, PATIENCE_MS, PATIENCE_MS, PATIENCE_MS) };
    let answer = match ask(&winhttp, session, query, false) {
        // A script that an administrator has set may be given the user's login; a host that only answers to detection may be anybody.
        Err(LOGIN_FAILURE) if query.script.is_some() => ask(&winhttp, session, query, true),
        answer => answer,
    };
    // SAFETY: the session is open and not used any more.
    unsafe { (winhttp.close)(session) };
    answer
}

fn ask(winhttp: &WinHttp, session: *mut c_void, query: &Query, with_login: bool) -> Result<String, u32> {
    let (url, script) = (wide(&query.url), query.script.as_deref().map(wide));
    let mut options = WINHTTP_AUTOPROXY_OPTIONS {
        dwFlags: if script.is_some() { WINHTTP_AUTOPROXY_CONFIG_URL } else { WINHTTP_AUTOPROXY_AUTO_DETECT },
        dwAutoDetectFlags: if script.is_some() { 0 } else { WINHTTP_AUTO_DETECT_TYPE_DHCP | WINHTTP_AUTO_DETECT_TYPE_DNS_A },
        lpszAutoConfigUrl: script.as_ref().map_or(ptr::null(), |script| script.as_ptr()),
        lpvReserved: ptr::null_mut(),
        dwReserved: 0,
        fAutoLogonIfChallenged: i32::from(with_login),
    };
    let mut info = WINHTTP_PROXY_INFO::default();
    // SAFETY: all texts have their ends and outlive the call.
    if unsafe { (winhttp.get_proxy_for_url)(session, url.as_ptr(), &raw mut options, &raw mut info) } == 0 {
        return Err(last_error());
    }
    let (proxies, _) = taken(&info);
    Ok(if info.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY { proxies } else { "DIRECT".into() })
}

/// Proxy and exceptions of the machine (`netsh winhttp set proxy`), where they are set.
pub fn machine_setting() -> Option<(String, String)> {
    let winhttp = WinHttp::load()?;
    let mut info = WINHTTP_PROXY_INFO::default();
    // SAFETY: the structure is the function's to fill in.
    if unsafe { (winhttp.get_default)(&raw mut info) } == 0 {
        return None;
    }
    let setting = taken(&info);
    (info.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY && !setting.0.is_empty()).then_some(setting)
}

/// The texts of an answer, which are ours to free.
fn taken(info: &WINHTTP_PROXY_INFO) -> (String, String) {
    let take = |text: *mut u16| {
        if text.is_null() {
            return String::new();
        }
        // SAFETY: a text with its end, from GlobalAlloc, that is not used after this.
        unsafe {
            let length = (0..).take_while(|at| *text.add(*at) != 0).count();
            let copied = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
            GlobalFree(text.cast());
            copied
        }
    };
    (take(info.lpszProxy), take(info.lpszProxyBypass))
}

fn last_error() -> u32 {
    // SAFETY: has no precondition.
    unsafe { GetLastError() }
}
