//! What stands in the registry: one class, its names, and the type library. For every user (HKEY_LOCAL_MACHINE) or for one (HKEY_CURRENT_USER).

use windows_core::{GUID, HRESULT, Result};
use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE};

use crate::members::{class_client, library};
use crate::type_library::own_path;

const PROG_ID: &str = "VideoDoktor.Client";
const VERSIONED: &str = "VideoDoktor.Client.1";
const TITLE: &str = "VideoDoktor client";

#[cfg(target_pointer_width = "32")]
const BITS: (&str, u32) = ("win32", VIEW_32);
#[cfg(target_pointer_width = "64")]
const BITS: (&str, u32) = ("win64", VIEW_64);
/// KEY_WOW64_32KEY, KEY_WOW64_64KEY: the registry as programs of this bitness see it.
const VIEW_32: u32 = 0x200;
const VIEW_64: u32 = 0x100;
const KEY_READ: u32 = 0x2_0019;
/// ERROR_FILE_NOT_FOUND: what is to be removed is not there.
const NOT_THERE: HRESULT = HRESULT(0x8007_0002_u32.cast_signed());

/// Whose programs find the class.
#[derive(Clone, Copy)]
pub enum Scope {
    Machine,
    User,
}

impl Scope {
    fn classes(self) -> Result<Key> {
        let root: &Key = match self {
            Scope::Machine => LOCAL_MACHINE,
            Scope::User => CURRENT_USER,
        };
        root.create("Software\\Classes")
    }
}

fn braced(guid: u128) -> String {
    format!("{{{:?}}}", GUID::from_u128(guid))
}

fn class() -> String {
    format!("CLSID\\{}", braced(class_client::GUID))
}

fn type_library() -> String {
    format!("TypeLib\\{}", braced(library::GUID))
}

pub fn register(scope: Scope) -> Result<()> {
    let path = own_path()?;
    let path = path.to_str().ok_or(windows::Win32::Foundation::E_FAIL)?;
    let classes = scope.classes()?;
    let put = |key: &str, name: &str, value: &str| classes.create(key)?.set_string(name, value);
    let class = class();
    put(&class, "", TITLE)?;
    put(&format!("{class}\\InprocServer32"), "", path)?;
    put(&format!("{class}\\InprocServer32"), "ThreadingModel", "Both")?;
    put(&format!("{class}\\ProgID"), "", VERSIONED)?;
    put(&format!("{class}\\VersionIndependentProgID"), "", PROG_ID)?;
    put(&format!("{class}\\TypeLib"), "", &braced(library::GUID))?;
    put(&format!("{class}\\Version"), "", "1.0")?;
    classes.create(format!("{class}\\Programmable"))?;
    for name in [PROG_ID, VERSIONED] {
        put(name, "", TITLE)?;
        put(&format!("{name}\\CLSID"), "", &braced(class_client::GUID))?;
    }
    put(&format!("{PROG_ID}\\CurVer"), "", VERSIONED)?;
    let version = format!("{}\\1.0", type_library());
    put(&version, "", "VideoDoktor 1.0 Type Library")?;
    put(&format!("{version}\\FLAGS"), "", "0")?;
    put(&format!("{version}\\0\\{}", BITS.0), "", path)
}

/// Leaves nothing, but what the DLL of the other bitness has registered too stays as long as that one is registered.
pub fn unregister(scope: Scope) -> Result<()> {
    let classes = scope.classes()?;
    let remove = |key: &str| match classes.remove_tree(key) {
        Err(error) if error.code() != NOT_THERE => Err(error),
        _ => Ok(()),
    };
    remove(&class())?;
    if other_bitness_is_registered(scope)? {
        return remove(&format!("{}\\1.0\\0\\{}", type_library(), BITS.0));
    }
    remove(&type_library())?;
    remove(PROG_ID)?;
    remove(VERSIONED)
}

fn other_bitness_is_registered(scope: Scope) -> Result<bool> {
    let other = if BITS.1 == VIEW_32 { VIEW_64 } else { VIEW_32 };
    let classes = scope.classes()?;
    // Where the two views are one (32-bit Windows), our own key is gone already.
    Ok(classes.options().access(KEY_READ | other).open(class()).is_ok())
}
