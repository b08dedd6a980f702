//! Kerberos and NTLM by Windows' own login, or by one that the proxy's address names. secur32.dll is loaded when a proxy asks for it.

use std::ffi::c_void;
use std::mem::transmute;
use std::ptr;

use ureq::Proxy;
use windows_sys::Win32::Security::Authentication::Identity::{
    SECBUFFER_TOKEN, SECPKG_CRED_OUTBOUND, SECURITY_NATIVE_DREP, SecBuffer, SecBufferDesc, SecPkgInfoW, SecurityFunctionTableW,
};
use windows_sys::Win32::Security::Credentials::SecHandle;
use windows_sys::Win32::System::Rpc::{SEC_WINNT_AUTH_IDENTITY_UNICODE, SEC_WINNT_AUTH_IDENTITY_W};
use zeroize::Zeroizing;

use super::challenge::Scheme;
use super::security_context::{SecurityContext, is_ntlm};
use super::system_library::{SystemLibrary, wide};

const CONTINUE_NEEDED: i32 = 0x0009_0312;

type InitSecurityInterface = unsafe extern "system" fn() -> *mut SecurityFunctionTableW;

/// A login to the HTTP service of the proxy's host. Without `allow_ntlm` no NTLM token leaves, whatever Windows falls back to.
pub fn context(proxy: &Proxy, scheme: Scheme, allow_ntlm: bool) -> Result<Box<dyn SecurityContext>, String> {
    let package = match scheme {
        Scheme::Ntlm => "NTLM",
        Scheme::Negotiate if allow_ntlm => "Negotiate",
        _ => "Kerberos",
    };
    let library = SystemLibrary::load("secur32.dll").ok_or("Windows has no secur32.dll")?;
    let init = library.address(c"InitSecurityInterfaceW").ok_or("secur32.dll lacks InitSecurityInterfaceW")?;
    // SAFETY: the signature is that of sspi.h; the table it gives lives as long as the library, which is never unloaded.
    let table = unsafe { transmute::<*const c_void, InitSecurityInterface>(init)().as_ref() }.ok_or("secur32.dll gives no functions")?;
    let mut context = Context {
        table,
        package: wide(package),
        target: wide(&format!("HTTP/{}", proxy.host().trim_start_matches('[').trim_end_matches(']'))),
        largest: 0,
        credentials: None,
        context: None,
        allow_ntlm,
    };
    context.largest = context.largest_token()?;
    context.acquire(proxy)?;
    Ok(Box::new(context))
}

struct Context {
    table: &'static SecurityFunctionTableW,
    package: Vec<u16>,
    target: Vec<u16>,
    largest: u32,
    credentials: Option<SecHandle>,
    context: Option<SecHandle>,
    allow_ntlm: bool,
}

impl Context {
    fn largest_token(&mut self) -> Result<u32, String> {
        let query = self.table.QuerySecurityPackageInfoW.ok_or(MISSING)?;
        let free = self.table.FreeContextBuffer.ok_or(MISSING)?;
        let mut info: *mut SecPkgInfoW = ptr::null_mut();
        // SAFETY: a text with its end; what is given back is freed below.
        let status = unsafe { query(self.package.as_mut_ptr(), &raw mut info) };
        if status < 0 || info.is_null() {
            return Err(told(status));
        }
        // SAFETY: the package filled it in; it is not used afterwards.
        unsafe {
            let largest = (*info).cbMaxToken;
            free(info.cast());
            Ok(largest)
        }
    }

    fn acquire(&mut self, proxy: &Proxy) -> Result<(), String> {
        let acquire = self.table.AcquireCredentialsHandleW.ok_or(MISSING)?;
        let login = proxy.username().map(|user| Login::of(user, proxy.password().unwrap_or_default()));
        let identity = login.as_ref().map(Login::identity);
        let given = identity.as_ref().map_or(ptr::null_mut(), |identity| ptr::from_ref(identity).cast_mut().cast());
        let (mut handle, mut expiry) = (SecHandle { dwLower: 0, dwUpper: 0 }, 0);
        // SAFETY: all pointers are valid during the call; null stands for Windows' own login.
        let status = unsafe {
            acquire(
                ptr::null_mut(),
                self.package.as_mut_ptr(),
                SECPKG_CRED_OUTBOUND,
                ptr::null_mut(),
                given,
                None,
                ptr::null_mut(),
                &raw mut handle,
                &raw mut expiry,
            )
        };
        if status < 0 {
            return Err(told(status));
        }
        self.credentials = Some(handle);
        Ok(())
    }
}

impl SecurityContext for Context {
    fn step(&mut self, challenge: Option<&[u8]>) -> Result<Vec<u8>, String> {
        let initialize = self.table.InitializeSecurityContextW.ok_or(MISSING)?;
        let mut token = Zeroizing::new(vec![0_u8; self.largest as usize]);
        // A buffer of ours: ISC_REQ_ALLOCATE_MEMORY fails with Wine's Kerberos.
        let mut output = SecBuffer { cbBuffer: self.largest, BufferType: SECBUFFER_TOKEN, pvBuffer: token.as_mut_ptr().cast() };
        let mut output = SecBufferDesc { ulVersion: 0, cBuffers: 1, pBuffers: &raw mut output };
        let mut input = challenge.map(|token| SecBuffer {
            cbBuffer: u32::try_from(token.len()).unwrap_or_default(),
            BufferType: SECBUFFER_TOKEN,
            pvBuffer: token.as_ptr().cast_mut().cast(),
        });
        let mut input = input.as_mut().map(|buffer| SecBufferDesc { ulVersion: 0, cBuffers: 1, pBuffers: buffer });
        let credentials = self.credentials.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
        let before = self.context.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
        let (mut context, mut attributes, mut expiry) = (self.context.unwrap_or(SecHandle { dwLower: 0, dwUpper: 0 }), 0, 0);
        // SAFETY: all pointers are valid during the call, the buffers as long as they say.
        let status = unsafe {
            initialize(
                credentials,
                before,
                self.target.as_mut_ptr(),
                0,
                0,
                SECURITY_NATIVE_DREP,
                input.as_mut().map_or(ptr::null_mut(), ptr::from_mut),
                0,
                &raw mut context,
                &raw mut output,
                &raw mut attributes,
                &raw mut expiry,
            )
        };
        if status < 0 {
            return Err(told(status));
        }
        self.context = Some(context);
        // SAFETY: the descriptor points to the buffer above.
        let length = unsafe { (*output.pBuffers).cbBuffer } as usize;
        let token = token.get(..length).unwrap_or_default();
        if token.is_empty() {
            return Err(if status == CONTINUE_NEEDED { "Windows gave no token".into() } else { "Windows has nothing more to say".into() });
        }
        if !self.allow_ntlm && is_ntlm(token) {
            return Err("Windows has no Kerberos ticket for it and would use NTLM".into());
        }
        Ok(token.to_vec())
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: both handles are this object's own and not used afterwards.
        unsafe {
            if let (Some(mut context), Some(delete)) = (self.context.take(), self.table.DeleteSecurityContext) {
                delete(&raw mut context);
            }
            if let (Some(mut credentials), Some(free)) = (self.credentials.take(), self.table.FreeCredentialsHandle) {
                free(&raw mut credentials);
            }
        }
    }
}

/// A login that is not Windows' own, in UTF-16.
struct Login {
    user: Zeroizing<Vec<u16>>,
    domain: Zeroizing<Vec<u16>>,
    password: Zeroizing<Vec<u16>>,
}

impl Login {
    /// `DOMAIN\user`, or `user` or `user@realm` without a domain.
    fn of(user: &str, password: &str) -> Login {
        let (domain, user) = user.split_once('\\').unwrap_or(("", user));
        let text = |text: &str| Zeroizing::new(wide(text));
        Login { user: text(user), domain: text(domain), password: text(password) }
    }

    fn identity(&self) -> SEC_WINNT_AUTH_IDENTITY_W {
        let length = |text: &[u16]| u32::try_from(text.len() - 1).unwrap_or_default();
        SEC_WINNT_AUTH_IDENTITY_W {
            User: self.user.as_ptr().cast_mut(),
            UserLength: length(&self.user),
            Domain: self.domain.as_ptr().cast_mut(),
            DomainLength: length(&self.domain),
            Password: self.password.as_ptr().cast_mut(),
            PasswordLength: length(&self.password),
            Flags: SEC_WINNT_AUTH_IDENTITY_UNICODE,
        }
    }
}

const MISSING: &str = "secur32.dll lacks a function";

fn told(status: i32) -> String {
    let what = match status.cast_unsigned() {
        0x8009_0305 => "Windows does not know the package",
        0x8009_030E => "there is no Windows login that could be used",
        0x8009_0303 | 0x8009_0311 => "no domain controller knows the proxy, or none is reached",
        0x8009_030C => "the login was denied",
        _ => "Windows could not log in",
    };
    format!("{what}: SSPI error 0x{:08X}", status.cast_unsigned())
}
