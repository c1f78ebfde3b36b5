//! The browser's `localStorage` as a shelf.

use leptos::prelude::window;
use subscription_usecases::{NotKept, Shelf};

/// `localStorage`; every answer is "nothing" where the browser forbids it.
#[derive(Debug, Clone, Copy)]
pub struct LocalShelf;

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

impl Shelf for LocalShelf {
    fn names(&self) -> Vec<String> {
        let Some(storage) = storage() else { return Vec::new() };
        let count = storage.length().unwrap_or(0);
        (0..count).filter_map(|place| storage.key(place).ok().flatten()).collect()
    }

    fn get(&self, name: &str) -> Option<String> {
        storage()?.get_item(name).ok().flatten()
    }

    fn put(&self, name: &str, text: &str) -> Result<(), NotKept> {
        let storage = storage().ok_or(NotKept::Forbidden)?;
        storage.set_item(name, text).map_err(|_| NotKept::Full)
    }

    fn remove(&self, name: &str) {
        if let Some(storage) = storage() {
            // Removing fails only where nothing could be kept either.
            let _ = storage.remove_item(name);
        }
    }
}
