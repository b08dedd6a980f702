//! Saves a report (výkaz): whole or not at all, and readable by nobody who could not read it before.

use std::fs::{File, FileType, Metadata};
use std::io::{self, Write as _};
use std::path::Path;

use crate::error::{Error, Result};
use crate::status::Status;

/// Writes a temporary file in the same folder, then renames it.
///
/// A new file is readable by its owner alone, for a report is a patient's; on Windows it inherits the folder's permissions. A file that is
/// replaced passes on its mode, owner and group. A symbolic link is replaced by a new file. Anything else at `path` (a folder, a FIFO, a
/// device, a socket) is left alone: `VD_ERR_FILE`, with a detail that says which.
pub fn save(path: &Path, report: &[u8]) -> Result<()> {
    let replaced = replaced_file(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".vykaz-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|error| failed("no file can be made in the folder", &error))?;
    file.write_all(report).map_err(|error| failed("writing it failed", &error))?;
    if let Some(replaced) = replaced {
        pass_on(&replaced, file.as_file())
            .map_err(|error| failed("the owner or the permissions of the file there cannot be kept", &error))?;
    }
    file.as_file().sync_all().map_err(|error| failed("writing it failed", &error))?;
    file.persist(path).map_err(|error| failed("it cannot be put into its place", &error.error))?;
    sync(folder);
    Ok(())
}

/// The regular file that stands at `path`.
fn replaced_file(path: &Path) -> Result<Option<Metadata>> {
    if path.file_name().is_none() {
        return Err(unsaved("the path ends in no file name".to_owned()));
    }
    match path.symlink_metadata() {
        Ok(there) if there.is_file() => Ok(Some(there)),
        Ok(there) if there.is_symlink() => Ok(None),
        Ok(there) => Err(unsaved(format!("{} stands at the path", kind(there.file_type())))),
        // The folder says more about its own trouble than the file that is not there yet.
        Err(_) => Ok(None),
    }
}

fn kind(there: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if there.is_fifo() {
            return "a FIFO";
        }
        if there.is_socket() {
            return "a socket";
        }
        if there.is_char_device() || there.is_block_device() {
            return "a device";
        }
    }
    if there.is_dir() { "a folder" } else { "something that is no regular file" }
}

/// The owner first: a change of it takes bits of the mode away.
#[cfg(unix)]
fn pass_on(replaced: &Metadata, file: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    let changed = |old: u32, new: u32| (old != new).then_some(old);
    let (owner, group) = (changed(replaced.uid(), new.uid()), changed(replaced.gid(), new.gid()));
    if owner.is_some() || group.is_some() {
        fchown(file, owner, group)?;
    }
    file.set_permissions(replaced.permissions())
}

#[cfg(not(unix))]
fn pass_on(_: &Metadata, _: &File) -> io::Result<()> {
    Ok(())
}

/// So that the new name outlives a power cut. Not every file system can do it, and the report is saved all the same.
#[cfg(unix)]
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(not(unix))]
fn sync(_: &Path) {}

/// The system's words may hold the path, which may name the patient; its kind and number hold nothing of it.
fn failed(what: &str, error: &io::Error) -> Error {
    let number = error.raw_os_error().map(|number| format!(" (os error {number})")).unwrap_or_default();
    unsaved(format!("{what}: {}{number}", error.kind()))
}

fn unsaved(why: String) -> Error {
    Error { field: Some("path"), ..Error::client(Status::ERR_FILE, format!("the file was not saved: {why}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &[u8] = b"%PDF old";
    const NEW: &[u8] = b"%PDF new, and longer";

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn refused(path: &Path, why: &str) {
        let error = save(path, NEW).unwrap_err();
        assert_eq!((error.status, error.field), (Status::ERR_FILE, Some("path")));
        assert!(error.detail.contains(why), "{}", error.detail);
        assert!(!error.detail.contains("vykaz"), "{}", error.detail);
    }

    #[test]
    fn a_report_stands_alone_in_its_folder_and_replaces_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vykaz žlutý.pdf");
        for report in [OLD, NEW, OLD] {
            save(&path, report).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), report);
        }
        assert_eq!(names(folder.path()), ["vykaz žlutý.pdf"]);
    }

    #[test]
    fn what_cannot_be_saved_says_why_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("vykaz");
        std::fs::create_dir(&inner).unwrap();
        refused(&inner, "a folder stands at the path");
        refused(&inner.join("missing").join("vykaz.pdf"), "no file can be made in the folder: entity not found");
        refused(&folder.path().join(".."), "the path ends in no file name");
        assert_eq!(names(folder.path()), ["vykaz"]);
        assert!(names(&inner).is_empty());
    }

    #[cfg(unix)]
    mod on_unix {
        use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt, symlink};
        use std::os::unix::net::UnixListener;
        use std::process::Command;

        use super::*;

        fn mode(path: &Path) -> u32 {
            path.symlink_metadata().unwrap().mode() & 0o7777
        }

        #[test]
        fn a_new_report_is_its_owner_s_alone() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("vykaz.pdf");
            save(&path, NEW).unwrap();
            assert_eq!(mode(&path), 0o600);
        }

        #[test]
        fn a_file_that_is_replaced_keeps_its_mode() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("vykaz.pdf");
            for kept in [0o600, 0o640, 0o664, 0o444, 0o400] {
                save(&path, OLD).unwrap();
                std::fs::set_permissions(&path, PermissionsExt::from_mode(kept)).unwrap();
                save(&path, NEW).unwrap();
                assert_eq!((mode(&path), std::fs::read(&path).unwrap()), (kept, NEW.to_vec()), "{kept:o}");
            }
        }

        /// Only root may give a file away: who is not keeps the old report, and hears why.
        #[test]
        fn a_file_that_is_replaced_keeps_its_owner_and_group() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("vykaz.pdf");
            save(&path, OLD).unwrap();
            if std::os::unix::fs::chown(&path, Some(12_345), Some(54_321)).is_err() {
                println!("not tried: only root can make another user's file");
                return;
            }
            save(&path, NEW).unwrap();
            let there = path.metadata().unwrap();
            assert_eq!((there.uid(), there.gid(), mode(&path)), (12_345, 54_321, 0o600));
        }

        #[test]
        fn a_symbolic_link_is_replaced_and_what_it_leads_to_stays() {
            let folder = tempfile::tempdir().unwrap();
            let (there, link) = (folder.path().join("elsewhere"), folder.path().join("vykaz.pdf"));
            std::fs::write(&there, OLD).unwrap();
            symlink(&there, &link).unwrap();
            save(&link, NEW).unwrap();
            assert!(link.symlink_metadata().unwrap().is_file());
            assert_eq!((mode(&link), std::fs::read(&there).unwrap(), std::fs::read(&link).unwrap()), (0o600, OLD.to_vec(), NEW.to_vec()));
        }

        #[test]
        fn only_regular_files_are_replaced() {
            let folder = tempfile::tempdir().unwrap();
            let (fifo, socket) = (folder.path().join("vykaz-fifo"), folder.path().join("vykaz-socket"));
            assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
            let _listener = UnixListener::bind(&socket).unwrap();
            refused(&fifo, "a FIFO stands at the path");
            refused(&socket, "a socket stands at the path");
            refused(Path::new("/dev/null"), "a device stands at the path");
            assert!(fifo.symlink_metadata().unwrap().file_type().is_fifo());
            assert!(Path::new("/dev/null").symlink_metadata().unwrap().file_type().is_char_device());
            assert_eq!(names(folder.path()), ["vykaz-fifo", "vykaz-socket"]);
        }
    }
}
