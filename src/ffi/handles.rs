//! The table of clients. A handle is a number with a generation, so a stale or invented one is found out and never touches memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::vd_client;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::locking::lock;
use crate::status::Status;

/// The lowest bit is always set, so that no handle looks like an address of something aligned; then the place, then the generation.
const PLACE_BITS: u32 = 14;
const MOST_CLIENTS: usize = 1 << PLACE_BITS;
const LAST_GENERATION: usize = usize::MAX >> (PLACE_BITS + 1);

struct Table {
    places: Vec<Place>,
    /// Oldest first, so that a number comes back as late as possible.
    free: VecDeque<usize>,
}

struct Place {
    generation: usize,
    client: Option<Arc<Client>>,
}

static TABLE: Mutex<Table> = Mutex::new(Table { places: Vec::new(), free: VecDeque::new() });

/// Gives a client its handle.
pub fn add(client: Arc<Client>) -> Result<*mut vd_client> {
    let mut table = lock(&TABLE);
    let place = match table.free.pop_front() {
        Some(place) => place,
        None if table.places.len() < MOST_CLIENTS => {
            table.places.push(Place { generation: 0, client: None });
            table.places.len() - 1
        }
        None => return Err(Error::client(Status::ERR_INTERNAL, format!("more than {MOST_CLIENTS} clients at once"))),
    };
    let Some(slot) = table.places.get_mut(place) else { return Err(invalid()) };
    slot.generation += 1;
    slot.client = Some(client);
    let number = (slot.generation << (PLACE_BITS + 1)) | (place << 1) | 1;
    Ok(std::ptr::without_provenance_mut(number))
}

/// The client of a handle. The table's lock is free again before anything is done with it.
pub fn get(handle: *mut vd_client) -> Result<Arc<Client>> {
    let table = lock(&TABLE);
    let (place, generation) = split(handle)?;
    let slot = table.places.get(place).filter(|slot| slot.generation == generation);
    slot.and_then(|slot| slot.client.clone()).ok_or_else(invalid)
}

/// Takes the client out: the handle is of no use from now on.
pub fn remove(handle: *mut vd_client) -> Result<Arc<Client>> {
    let mut table = lock(&TABLE);
    let (place, generation) = split(handle)?;
    let slot = table.places.get_mut(place).filter(|slot| slot.generation == generation);
    let client = slot.and_then(|slot| slot.client.take()).ok_or_else(invalid)?;
    if generation < LAST_GENERATION {
        table.free.push_back(place);
    }
    Ok(client)
}

fn split(handle: *mut vd_client) -> Result<(usize, usize)> {
    let number = handle.addr();
    if number & 1 == 0 {
        return Err(invalid());
    }
    Ok(((number >> 1) & (MOST_CLIENTS - 1), number >> (PLACE_BITS + 1)))
}

fn invalid() -> Error {
    Error { field: Some("client"), ..Error::client(Status::ERR_INVALID_HANDLE, "client is not a handle of vd_client_new, or was freed") }
}
