//! The world behind its one lock. When the lock is let go, what its holder changed is kept in the state file and told to those who watch.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::builder::Insist;
use crate::http::earlier::Earlier;
use crate::state::{Known, StateFile};
use crate::world::{Setup, World};

/// The world as handlers and the Rust API share it.
#[derive(Clone)]
pub struct Shared(Arc<Stored>);

struct Stored {
    inner: Mutex<Inner>,
    /// Grows with each change.
    revision: watch::Sender<u64>,
    /// Names besides addresses and `localhost` under which people open the page.
    hosts: Vec<String>,
    addresses: Mutex<Addresses>,
    /// Requests that are being worked on.
    working: watch::Sender<usize>,
    /// Connections that are open.
    open: watch::Sender<usize>,
    earlier: Earlier,
}

/// Counts one for as long as it lives, whatever becomes of the task that holds it.
pub struct Counted(watch::Sender<usize>);

impl Counted {
    fn one_of(count: &watch::Sender<usize>) -> Counted {
        count.send_modify(|count| *count += 1);
        Counted(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// What people have to tell their program; known once the doors are open.
#[derive(Clone, Default)]
pub struct Addresses {
    pub urls: Vec<String>,
    pub ca_file: Option<String>,
}

struct Inner {
    world: World,
    known: Known,
    file: Option<StateFile>,
    /// Whether something could not be written to the file.
    behind: bool,
}

impl Shared {
    /// A new world, or the one that a state file holds; and whether it is that one.
    pub fn wake(setup: Setup, insist: &Insist, hosts: Vec<String>, state: Option<&Path>, forget: bool) -> Result<(Shared, bool), String> {
        let Some(path) = state else {
            return Ok((Shared::with(World::new(setup), hosts, None), false));
        };
        let mut file = StateFile::open(path)?;
        if forget {
            file.forget()?;
        }
        let saved = file.read()?;
        let resumed = saved.is_some();
        let mut world = match saved {
            Some(saved) => World::resume(setup.clone(), saved),
            None => World::new(setup.clone()),
        };
        if resumed {
            insist.on(&setup, &mut world);
        }
        file.write(&world.everything())?;
        Ok((Shared::with(world, hosts, Some(file)), resumed))
    }

    fn with(world: World, hosts: Vec<String>, file: Option<StateFile>) -> Shared {
        let inner = Mutex::new(Inner { known: Known::of(&world), world, file, behind: false });
        let (revision, working, open) = (watch::Sender::new(0), watch::Sender::new(0), watch::Sender::new(0));
        Shared(Arc::new(Stored { inner, revision, hosts, addresses: Mutex::default(), working, open, earlier: Earlier::default() }))
    }

    /// A test that panicked while it held the lock must not take the others down.
    pub fn world(&self) -> Held<'_> {
        let inner = self.0.inner.lock().unwrap_or_else(PoisonError::into_inner);
        Held { inner, touched: false, revision: &self.0.revision }
    }

    /// Hears of every change.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.revision.subscribe()
    }

    /// One more request is being worked on, until what this returns is dropped.
    pub fn begin_work(&self) -> Counted {
        Counted::one_of(&self.0.working)
    }

    pub fn working(&self) -> watch::Receiver<usize> {
        self.0.working.subscribe()
    }

    /// One more connection is open, until what this returns is dropped.
    pub fn open_connection(&self) -> Counted {
        Counted::one_of(&self.0.open)
    }

    pub fn open_connections(&self) -> usize {
        *self.0.open.borrow()
    }

    pub fn earlier(&self) -> &Earlier {
        &self.0.earlier
    }

    pub fn addresses(&self) -> Addresses {
        self.0.addresses.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_addresses(&self, addresses: Addresses) {
        *self.0.addresses.lock().unwrap_or_else(PoisonError::into_inner) = addresses;
    }

    pub fn hosts(&self) -> &[String] {
        &self.0.hosts
    }
}

/// The lock, and the world as long as one holds it.
pub struct Held<'a> {
    inner: MutexGuard<'a, Inner>,
    touched: bool,
    revision: &'a watch::Sender<u64>,
}

impl Deref for Held<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.inner.world
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut World {
        self.touched = true;
        &mut self.inner.world
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if self.touched && self.inner.write_changes() {
            self.revision.send_modify(|revision| *revision += 1);
        }
    }
}

impl Inner {
    /// Whether there was anything to keep.
    fn write_changes(&mut self) -> bool {
        let changes = self.world.take_changes(&mut self.known);
        if changes.are_none() {
            return false;
        }
        let Some(file) = &mut self.file else {
            return true;
        };
        let written = if self.behind { file.write(&self.world.everything()) } else { file.write(&changes) };
        self.behind = written.is_err();
        if let Err(error) = written {
            // An answer that a restart would forget must not go out: the panic closes the connection instead.
            match std::thread::panicking() {
                true => eprintln!("videodoktor-sandbox: {error}"),
                false => panic!("the state cannot be kept: {error}"),
            }
        }
        true
    }
}
