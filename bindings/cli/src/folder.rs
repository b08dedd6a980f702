//! The files of a served folder and their names, which say how far a request has come:
//!
//! | name | meaning | after a crash |
//! |---|---|---|
//! | NAME.request | waits | is served |
//! | NAME.taken | is being served, nothing sent | is served |
//! | NAME.sending | may have been sent | is looked for, never sent |
//! | NAME.answer | whole | – |
//! | done/NAME.request | answered | – |

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::failure::Failure;
use crate::files;

pub struct Folder {
    path: PathBuf,
    done: PathBuf,
    /// Held while the folder is served; the system lets go of it when the process dies.
    _lock: File,
}

/// How far a request had come when it was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Waiting,
    Taken,
    Sending,
}

impl Stage {
    fn extension(self) -> &'static str {
        match self {
            Stage::Waiting => "request",
            Stage::Taken => "taken",
            Stage::Sending => "sending",
        }
    }
}

/// One request, under the name that it has now.
pub struct Request {
    pub stage: Stage,
    path: PathBuf,
}

impl Folder {
    pub fn open(path: &Path) -> Result<Folder, Failure> {
        let failed = |error: io::Error| Failure::file(path, &error);
        let lock = files::open_lock(&path.join("videodoktor.lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Failure::folder_is_served(path)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let done = path.join("done");
        files::make_private_folder(&done).map_err(failed)?;
        Ok(Folder { path: path.into(), done, _lock: lock })
    }

    /// Requests at this stage, the oldest first.
    pub fn requests(&self, stage: Stage) -> io::Result<Vec<Request>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(stage.extension())) && entry.file_type()?.is_file() {
                let written = entry.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
                found.push((written, path));
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, path)| Request { stage, path }).collect())
    }

    /// Answers that a crash kept from being filed.
    pub fn is_answered(&self, request: &Request) -> bool {
        request.stage != Stage::Waiting && request.path.with_extension("answer").exists()
    }

    /// The request is ours from now on. An answer to an earlier one of its name goes first, so that it is not taken for this one's.
    pub fn take(&self, request: &mut Request) -> io::Result<()> {
        match fs::remove_file(request.path.with_extension("answer")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => request.advance(Stage::Taken),
        }
    }

    pub fn answer(&self, request: &Request, content: &[u8]) -> io::Result<()> {
        files::write_whole(&request.path.with_extension("answer"), content)
    }

    /// Moves an answered request to `done`.
    pub fn file(&self, request: &Request) -> io::Result<()> {
        let filed = self.done.join(request.path.with_extension("request").file_name().unwrap_or_default());
        files::rename(&request.path, &filed)?;
        let file = File::options().write(true).open(&filed)?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        file.set_modified(SystemTime::now())
    }

    /// The list of calls as of the last request for changes.
    pub fn list(&self) -> PathBuf {
        self.path.join("videodoktor-list.json")
    }

    /// Deletes what was filed longer ago, and what a crash left of an answer that was being written.
    pub fn clean(&self, keep: Duration) -> io::Result<()> {
        let is_old = |path: &Path, age| {
            fs::metadata(path).and_then(|file| file.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|since| since > age))
        };
        for entry in fs::read_dir(&self.done)? {
            let path = entry?.path();
            if is_old(&path, keep) {
                fs::remove_file(path)?;
            }
        }
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with(".videodoktor-") && name.ends_with(".tmp") {
                fs::remove_file(path)?; // nobody else writes here: we hold the lock
            }
        }
        Ok(())
    }
}

impl Request {
    /// The file's new name is on the disk when this returns.
    pub fn advance(&mut self, stage: Stage) -> io::Result<()> {
        let renamed = self.path.with_extension(stage.extension());
        files::rename(&self.path, &renamed)?;
        self.path = renamed;
        self.stage = stage;
        Ok(())
    }

    pub fn content(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
    }

    /// Where a report, a picture or a calendar entry that this request asks for is saved.
    pub fn beside(&self, ending: &str) -> PathBuf {
        self.path.with_extension(ending)
    }
}
