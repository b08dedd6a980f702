//! Kerberos by MIT's GSSAPI, which is loaded when a proxy asks for it: a machine without it misses nothing else.

use std::error::Error as _;
use std::ffi::{c_int, c_void};
use std::mem::ManuallyDrop;
use std::ptr;

use libloading::Library;
use once_cell::sync::OnceCell;

use super::security_context::{SecurityContext, is_ntlm};

const NAME: &str = "libgssapi_krb5.so.2";

/// 1.2.840.113554.1.2.1.4, `service@host`.
const HOST_BASED_SERVICE: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04";
/// 1.3.6.1.5.5.2, RFC 4178: what `Negotiate` means.
const SPNEGO: &[u8] = b"\x2b\x06\x01\x05\x05\x02";

/// RFC 2744, 3.9.1: the routine errors are in bits 16 to 23, calling errors above them.
const ERRORS: u32 = 0xFFFF_0000;
const NO_CREDENTIALS: u32 = 7 << 16;
const CREDENTIALS_EXPIRED: u32 = 11 << 16;

#[repr(C)]
struct Buffer {
    length: usize,
    value: *mut c_void,
}

#[repr(C)]
struct Oid {
    length: u32,
    elements: *const c_void,
}

impl Oid {
    fn of(bytes: &'static [u8]) -> Oid {
        Oid { length: u32::try_from(bytes.len()).unwrap_or_default(), elements: bytes.as_ptr().cast() }
    }
}

type Handle = *mut c_void;
type ImportName = unsafe extern "C" fn(*mut u32, *const Buffer, *const Oid, *mut Handle) -> u32;
type InitSecContext = unsafe extern "C" fn(
    *mut u32,
    Handle,
    *mut Handle,
    Handle,
    *const Oid,
    u32,
    u32,
    *const c_void,
    *const Buffer,
    *mut *const Oid,
    *mut Buffer,
    *mut u32,
    *mut u32,
) -> u32;
type ReleaseBuffer = unsafe extern "C" fn(*mut u32, *mut Buffer) -> u32;
type ReleaseName = unsafe extern "C" fn(*mut u32, *mut Handle) -> u32;
type DeleteSecContext = unsafe extern "C" fn(*mut u32, *mut Handle, *mut Buffer) -> u32;

/// Its functions, as long as the process lives: the library registers things that outlive an unloading.
struct Gssapi {
    import_name: ImportName,
    init_sec_context: InitSecContext,
    release_buffer: ReleaseBuffer,
    release_name: ReleaseName,
    delete_sec_context: DeleteSecContext,
}

/// Loaded once; asked for again where that failed, for it may have been installed since.
fn gssapi() -> Result<&'static Gssapi, String> {
    static GSSAPI: OnceCell<Gssapi> = OnceCell::new();
    GSSAPI.get_or_try_init(|| load(NAME)).map_err(|why| format!("the system has no Kerberos library that can be used: {}", reason(&why)))
}

fn load(name: &str) -> Result<Gssapi, libloading::Error> {
    // SAFETY: the system's own library, whose initialisers any program may run; it is never unloaded, so its functions stay valid.
    let library = ManuallyDrop::new(unsafe { Library::new(name) }?);
    // SAFETY: the signatures are those of RFC 2744, with the types of MIT's header.
    unsafe {
        Ok(Gssapi {
            import_name: *library.get(b"gss_import_name\0")?,
            init_sec_context: *library.get(b"gss_init_sec_context\0")?,
            release_buffer: *library.get(b"gss_release_buffer\0")?,
            release_name: *library.get(b"gss_release_name\0")?,
            delete_sec_context: *library.get(b"gss_delete_sec_context\0")?,
        })
    }
}

/// What the loader says, with the name of the library.
fn reason(error: &libloading::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

/// A login to the HTTP service of this host with the ticket of the user under whom the program runs.
pub fn context(host: &str) -> Result<Box<dyn SecurityContext>, String> {
    let gssapi = gssapi()?;
    let service = format!("HTTP@{}", host.trim_start_matches('[').trim_end_matches(']'));
    let text = Buffer { length: service.len(), value: service.as_ptr().cast_mut().cast() };
    let (mut minor, mut name) = (0, ptr::null_mut());
    // SAFETY: all pointers are valid during the call, which copies what it needs.
    let major = unsafe { (gssapi.import_name)(&raw mut minor, &raw const text, &Oid::of(HOST_BASED_SERVICE), &raw mut name) };
    if major & ERRORS != 0 {
        return Err(told(major, minor));
    }
    Ok(Box::new(Context { gssapi, name, context: ptr::null_mut() }))
}

struct Context {
    gssapi: &'static Gssapi,
    name: Handle,
    context: Handle,
}

impl SecurityContext for Context {
    fn step(&mut self, challenge: Option<&[u8]>) -> Result<Vec<u8>, String> {
        let input = challenge.map(|token| Buffer { length: token.len(), value: token.as_ptr().cast_mut().cast() });
        let input = input.as_ref().map_or(ptr::null(), ptr::from_ref);
        let (mut minor, mut output) = (0, Buffer { length: 0, value: ptr::null_mut() });
        let nothing = ptr::null_mut();
        // SAFETY: name and context are this object's own, the buffers live until the call is over; null stands for what is not wanted.
        let major = unsafe {
            (self.gssapi.init_sec_context)(
                &raw mut minor,
                nothing,
                &raw mut self.context,
                self.name,
                &Oid::of(SPNEGO),
                0,
                0,
                ptr::null(),
                input,
                ptr::null_mut(),
                &raw mut output,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        let token = if output.value.is_null() {
            Vec::new()
        } else {
            // SAFETY: the library says that so many bytes are there.
            unsafe { std::slice::from_raw_parts(output.value.cast::<u8>(), output.length) }.to_vec()
        };
        // SAFETY: the buffer came from the library.
        unsafe { (self.gssapi.release_buffer)(&mut 0, &raw mut output) };
        if major & ERRORS != 0 {
            return Err(told(major, minor));
        }
        if is_ntlm(&token) {
            return Err("there is no Kerberos ticket for it, and the system would use NTLM (gss-ntlmssp)".into());
        }
        if token.is_empty() { Err("Kerberos has nothing more to say".into()) } else { Ok(token) }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: both are this object's own, and null is allowed.
        unsafe {
            (self.gssapi.delete_sec_context)(&mut 0, &raw mut self.context, ptr::null_mut());
            (self.gssapi.release_name)(&mut 0, &raw mut self.name);
        }
    }
}

/// In our own words and numbers: those of the library name the user.
fn told(major: u32, minor: u32) -> String {
    let what = match major & ERRORS {
        NO_CREDENTIALS => "there is no Kerberos ticket of the user (kinit)",
        CREDENTIALS_EXPIRED => "the user's Kerberos ticket has expired (kinit)",
        _ => "Kerberos failed",
    };
    format!("{what}: GSSAPI error 0x{major:08X}, {}", c_int::from_ne_bytes(minor.to_ne_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{load, reason};

    #[test]
    fn why_a_library_cannot_be_used_is_said() {
        let why = |name| load(name).err().as_ref().map(reason).unwrap_or_default();
        let missing = why("libvideodoktor-there-is-none.so");
        assert!(missing.contains("libvideodoktor-there-is-none.so"), "{missing}");
        let other = why("libc.so.6");
        assert!(other.contains("gss_import_name"), "{other}");
    }
}
