//! The memory store and the store over a shelf pass the contract; the shelf's own promises hold.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use subscription_rules::OfferId;
use subscription_usecases::catalogue::read_catalogue;
use subscription_usecases::contract::{self, now};
use subscription_usecases::{Caller, MemoryStore, NotKept, SavedStore, Shelf, customers, record};

/// Office 365 Business Premium: 1 to 300 licenses, two at a time (domain.md §4.3).
const LIMITED: &str = "031C9E47-4802-4248-838E-778FB1D2CC05";

fn caller() -> Caller {
    contract::caller(read_catalogue(include_str!("../../public/catalogue.json")).unwrap())
}

/// A shelf in memory that can be full.
#[derive(Default)]
struct TestShelf {
    texts: RefCell<BTreeMap<String, String>>,
    full: Cell<bool>,
}

impl Shelf for TestShelf {
    fn names(&self) -> Vec<String> {
        self.texts.borrow().keys().cloned().collect()
    }
    fn get(&self, name: &str) -> Option<String> {
        self.texts.borrow().get(name).cloned()
    }
    fn put(&self, name: &str, text: &str) -> Result<(), NotKept> {
        if self.full.get() {
            return Err(NotKept::Full);
        }
        self.texts.borrow_mut().insert(name.into(), text.into());
        Ok(())
    }
    fn remove(&self, name: &str) {
        self.texts.borrow_mut().remove(name);
    }
}

fn limited() -> OfferId {
    OfferId::parse(LIMITED).unwrap()
}

fn add(store: &SavedStore<TestShelf>, caller: &Caller, name: &str) {
    let draft = contract::draft(name, &format!("{name}.example.com"));
    let ask = contract::request(&format!("add-{name}"));
    now(customers::add(store, caller, &draft, &ask)).unwrap();
}

fn reopened(store: &SavedStore<TestShelf>) -> SavedStore<TestShelf> {
    let texts = store.shelf().texts.borrow().clone();
    let shelf = TestShelf { texts: RefCell::new(texts), full: Cell::new(false) };
    SavedStore::open([], shelf)
}

#[test]
fn the_memory_store_passes_the_contract() {
    now(contract::holds(&MemoryStore::default(), &caller(), &limited()));
}

#[test]
fn the_store_over_a_shelf_passes_the_contract() {
    let store = SavedStore::open([], TestShelf::default());
    now(contract::holds(&store, &caller(), &limited()));
    assert_eq!(store.unsaved(), 0);
}

#[test]
fn what_was_saved_is_there_after_reopening() {
    let (caller, store) = (caller(), SavedStore::open([], TestShelf::default()));
    add(&store, &caller, "kept");
    let before = store.memory().all_saved();
    let store = reopened(&store);
    assert_eq!(store.memory().all_saved(), before);
    assert!(store.damaged().is_empty());
}

#[test]
fn a_damaged_record_is_set_aside_and_the_rest_works() {
    for damage in ["", "garbage", "1 0 {}", "9 x {}"] {
        let (caller, store) = (caller(), SavedStore::open([], TestShelf::default()));
        add(&store, &caller, "whole");
        add(&store, &caller, "spoilt");
        let shelf = store.shelf();
        let name = shelf.names().into_iter().next().unwrap();
        shelf.texts.borrow_mut().insert(name.clone(), damage.into());
        let store = reopened(&store);
        assert_eq!(store.damaged().len(), 1, "{damage:?}");
        assert_eq!(now(customers::count(&store, &caller)), Ok(1), "{damage:?}");
        let aside = store.shelf().get(&format!("damaged.{name}"));
        assert_eq!(aside.as_deref(), Some(damage), "nothing is destroyed");
    }
}

/// Postcard names nothing, so a form that has changed would be read as something else: then the
/// version has to count up, and this digest with it.
#[test]
fn the_form_of_a_record_is_that_of_its_version() {
    let (caller, store) = (caller(), SavedStore::open([], TestShelf::default()));
    add(&store, &caller, "kept");
    let name = store.shelf().names().remove(0);
    let text = store.shelf().get(&name).unwrap();
    let head: Vec<&str> = text.split(' ').take(2).collect();
    assert_eq!(head, ["2", "9adffc23-764b-826b-aff0-70bd5699c228"], "{text}");
}

/// No screen shows the details of a billing profile, so they take no byte of a record.
#[test]
fn a_record_has_no_details_of_a_billing_profile() {
    let plain = contract::draft("kept", "kept.example.com");
    let mut draft = plain.clone();
    draft.details.phone_number = "4255550101".into();
    let text = record::written(&draft).unwrap();
    assert_eq!(Some(&text), record::written(&plain).as_ref());
    assert_eq!(record::read(&text), Some(plain));
}

#[test]
fn one_altered_character_is_noticed() {
    let (caller, store) = (caller(), SavedStore::open([], TestShelf::default()));
    add(&store, &caller, "altered");
    let name = store.shelf().names().remove(0);
    let mut text = store.shelf().get(&name).unwrap();
    let last = text.pop().unwrap();
    text.push(if last == 'A' { 'B' } else { 'A' });
    store.shelf().texts.borrow_mut().insert(name, text);
    assert_eq!(reopened(&store).damaged().len(), 1);
}

#[test]
fn a_full_shelf_never_loses_the_change_and_says_so() {
    let (caller, store) = (caller(), SavedStore::open([], TestShelf::default()));
    store.shelf().full.set(true);
    add(&store, &caller, "unsaved");
    assert_eq!(now(customers::count(&store, &caller)), Ok(1), "it is on screen");
    assert_eq!(store.unsaved(), 1, "and said not to be kept");
    store.shelf().full.set(false);
    store.set_writing(true);
    assert_eq!(store.unsaved(), 0, "kept as soon as there is room");
}

#[test]
fn a_tab_that_follows_writes_nothing_and_takes_over_with_the_newer_record() {
    let (caller, store) = (caller(), SavedStore::open([], TestShelf::default()));
    store.set_writing(false);
    add(&store, &caller, "followed");
    assert!(store.shelf().names().is_empty(), "only the writing tab writes");
    store.set_writing(true);
    assert_eq!(store.shelf().names().len(), 1, "memory was newer than storage");
}
