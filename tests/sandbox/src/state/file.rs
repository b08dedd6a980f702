//! The state file: one SQLite database, one transaction for each change, one sandbox at a time.
//!
//! Each row holds a thing as the control API tells it, in JSON. What was answered is in the file before the answer goes out, so that a sandbox that
//! is killed loses nothing of it.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Changes, Saved};

/// "VDSB": says whose file it is, to us and to `file`.
const APPLICATION: i32 = 0x5644_5342;
/// Grows when an older program could not read what this one writes.
const SCHEMA: i32 = 1;

const TABLES: &str = "
    CREATE TABLE whole (name TEXT PRIMARY KEY, told TEXT NOT NULL) STRICT;
    CREATE TABLE meeting (number INTEGER PRIMARY KEY, told TEXT NOT NULL) STRICT;
    CREATE TABLE mail (number INTEGER PRIMARY KEY, told TEXT NOT NULL) STRICT;
    CREATE TABLE request (number INTEGER PRIMARY KEY, told TEXT NOT NULL) STRICT;
    CREATE TABLE token (text TEXT PRIMARY KEY, told TEXT NOT NULL) STRICT;";
const FORGET: &str = "DELETE FROM whole; DELETE FROM meeting; DELETE FROM mail; DELETE FROM request; DELETE FROM token;";

/// An open state file, locked for everybody else until it is dropped or the process ends, however it ends.
pub struct StateFile {
    path: PathBuf,
    database: Connection,
}

type Told<T> = Result<T, String>;

impl StateFile {
    /// Opens a state file, or makes one. What cannot be is said in words for the person who started the sandbox.
    pub fn open(path: &Path) -> Told<StateFile> {
        let explain = |error| explain(path, &error);
        let database = Connection::open(path).map_err(explain)?;
        let mut file = StateFile { path: path.to_owned(), database };
        file.lock().map_err(explain)?;
        let number = |name| file.database.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(explain);
        match (number("application_id")?, number("user_version")?) {
            (APPLICATION, SCHEMA) => Ok(file),
            (APPLICATION, newer) if newer > SCHEMA => Err(format!(
                "{} was written by a newer sandbox (schema {newer}, this one knows {SCHEMA}); use that one, or another --state file",
                path.display()
            )),
            (0, 0) if file.is_empty().map_err(explain)? => file.make().map_err(explain).map(|()| file),
            _ => Err(format!("{} is a database, but not a sandbox's; name another --state file", path.display())),
        }
    }

    /// The lock is the operating system's, so a killed sandbox holds none.
    fn lock(&mut self) -> rusqlite::Result<()> {
        self.database.busy_timeout(std::time::Duration::ZERO)?;
        self.database.pragma_update(None, "locking_mode", "exclusive")?;
        self.database.pragma_update(None, "journal_mode", "wal")?;
        // Written to the log is kept, also when we are killed; only a power cut could take the latest changes along.
        self.database.pragma_update(None, "synchronous", "normal")?;
        self.database.execute_batch("BEGIN EXCLUSIVE; COMMIT;")
    }

    fn is_empty(&self) -> rusqlite::Result<bool> {
        self.database.query_row("SELECT count(*) = 0 FROM sqlite_schema", (), |row| row.get(0))
    }

    fn make(&mut self) -> rusqlite::Result<()> {
        let making = self.database.transaction()?;
        making.execute_batch(TABLES)?;
        making.pragma_update(None, "application_id", APPLICATION)?;
        making.pragma_update(None, "user_version", SCHEMA)?;
        making.commit()
    }

    /// Everything that is kept, `None` in a new file.
    pub fn read(&self) -> Told<Option<Saved>> {
        let Some(handles) = self.whole("handles")? else {
            return Ok(None);
        };
        let tokens: Vec<String> = self.all("SELECT json_array(text, json(told)) FROM token")?;
        Ok(Some(Saved {
            handles,
            counters: self.whole("counters")?.unwrap_or_default(),
            meetings: self.rows("SELECT told FROM meeting ORDER BY number")?,
            mails: self.rows("SELECT told FROM mail ORDER BY number")?,
            requests: self.rows("SELECT told FROM request ORDER BY number")?,
            tokens: tokens.iter().map(|row| self.parse(row)).collect::<Told<_>>()?,
        }))
    }

    fn whole<T: DeserializeOwned>(&self, name: &str) -> Told<Option<T>> {
        let rows = self.all(&format!("SELECT told FROM whole WHERE name = '{name}'"))?;
        rows.first().map(|row| self.parse(row)).transpose()
    }

    fn rows<T: DeserializeOwned>(&self, query: &str) -> Told<Vec<T>> {
        self.all(query)?.iter().map(|row| self.parse(row)).collect()
    }

    fn all(&self, query: &str) -> Told<Vec<String>> {
        let read = || self.database.prepare(query)?.query_map((), |row| row.get(0))?.collect::<rusqlite::Result<_>>();
        read().map_err(|error| explain(&self.path, &error))
    }

    fn parse<T: DeserializeOwned>(&self, told: &str) -> Told<T> {
        serde_json::from_str(told).map_err(|error| format!("{} holds what this sandbox cannot read: {error}", self.path.display()))
    }

    /// Forgets everything.
    pub fn forget(&mut self) -> Told<()> {
        self.database.execute_batch(&format!("BEGIN; {FORGET} COMMIT;")).map_err(|error| explain(&self.path, &error))
    }

    /// Keeps what has changed, all of it or nothing.
    pub fn write(&mut self, changes: &Changes) -> Told<()> {
        let path = &self.path;
        let mut keep = || {
            let writing = self.database.transaction()?;
            write(&writing, changes)?;
            writing.commit()
        };
        keep().map_err(|error| explain(path, &error))
    }
}

fn write(to: &Transaction, changes: &Changes) -> rusqlite::Result<()> {
    let world = changes.world;
    if changes.anew {
        to.execute_batch(FORGET)?;
    }
    if changes.handles_differ {
        put(to, "whole", "name", "handles", &world.handles())?;
    }
    put(to, "whole", "name", "counters", &world.journal.counters)?;
    for index in &changes.meetings {
        put(to, "meeting", "number", *index as i64, &world.service.meetings()[*index])?;
    }
    for mail in &world.service.mails()[changes.mails..] {
        put(to, "mail", "number", mail.number as i64, mail)?;
    }
    let amended = changes.amended.iter().filter(|number| **number <= changes.requests);
    for request in amended.filter_map(|number| world.journal.entry(*number)).chain(world.journal.since(changes.requests)) {
        put(to, "request", "number", request.number as i64, request)?;
    }
    let oldest = world.journal.oldest() as i64;
    if oldest > 1 {
        to.prepare_cached("DELETE FROM request WHERE number < ?1")?.execute([oldest])?;
    }
    if changes.tokens.forgotten {
        to.execute("DELETE FROM token", ())?;
    }
    for text in &changes.tokens.texts {
        match world.service.token(text) {
            Some(token) => put(to, "token", "text", text.as_str(), token)?,
            None => drop(to.execute("DELETE FROM token WHERE text = ?1", [text])?),
        }
    }
    Ok(())
}

fn put(to: &Transaction, table: &str, key: &str, is: impl rusqlite::ToSql, thing: &impl Serialize) -> rusqlite::Result<()> {
    let told = serde_json::to_string(thing).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let mut put = to.prepare_cached(&format!("INSERT OR REPLACE INTO {table} ({key}, told) VALUES (?1, ?2)"))?;
    put.execute(params![is, told]).map(drop)
}

fn explain(path: &Path, error: &rusqlite::Error) -> String {
    let path = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("{path} is in use by another sandbox (or another program); stop that one, or name another --state file")
        }
        Some(ErrorCode::NotADatabase) => format!("{path} is not a state file of a sandbox; name another --state file"),
        Some(ErrorCode::CannotOpen) => format!("cannot open {path}: its folder must exist and be yours to write to"),
        _ => format!("{path}: {error}"),
    }
}
