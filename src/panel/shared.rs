//! What all panels of a page have in common: one catalogue, one count of changes, so that what is
//! done in one shows in the others, and for trying one memory of made-up customers.

use crate::backend::{real_now, sold};
use crate::view::prelude::*;
use leptos::prelude::Owner;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;
use subscription_rules::{Cloud, Partner, Standing};
use subscription_usecases::demo::{SEED, World, WorldSettings};
use subscription_usecases::{MemoryStore, Sold};

thread_local! {
    static SHARED: OnceCell<Shared> = const { OnceCell::new() };
}

/// How many made-up customers there are beside those with a story, as in the demo.
const SIZE: u32 = 200;

/// What is shared; a handle.
#[derive(Clone)]
pub struct Shared(Rc<Inside>);

struct Inside {
    sold: Sold,
    version: RwSignal<u32>,
    memory: OnceCell<Memory>,
    /// Whose the signal is: it outlives every panel.
    _owner: Owner,
}

/// The made-up customers of this page, as long as it lives.
pub struct Memory {
    /// Where they are.
    pub store: MemoryStore,
    /// Whose they are.
    pub partner: Partner,
}

impl Shared {
    /// What is shared on this page. The first panel brings the files of what is sold.
    pub fn with(catalogue: &str, prices: &str) -> Result<Self, String> {
        SHARED.with(|shared| {
            if let Some(shared) = shared.get() {
                return Ok(shared.clone());
            }
            let (catalogue, prices) = (sold::catalogue(catalogue)?, sold::prices(prices)?);
            let owner = Owner::new();
            let inside = Inside {
                sold: (Arc::new(catalogue), Arc::new(prices)),
                version: owner.with(|| RwSignal::new(0)),
                memory: OnceCell::new(),
                _owner: owner,
            };
            Ok(shared.get_or_init(|| Self(Rc::new(inside))).clone())
        })
    }

    /// What is sold.
    pub fn sold(&self) -> Sold {
        self.0.sold.clone()
    }

    /// Counts up whenever a panel of this page has changed something.
    pub fn version(&self) -> ReadSignal<u32> {
        self.0.version.read_only()
    }

    /// Something has changed.
    pub fn changed(&self) {
        self.0.version.update(|version| *version = version.wrapping_add(1));
    }

    /// The made-up customers.
    pub fn memory(&self) -> &Memory {
        self.0.memory.get_or_init(|| {
            let (start, cloud) = (real_now().date_naive(), Cloud::Commercial);
            let settings = WorldSettings { seed: SEED, size: SIZE, start, cloud };
            let catalogue = Arc::clone(&self.0.sold.0);
            let world = Arc::new(World::new(settings, Standing::Good, catalogue));
            let partner = world.partner().clone();
            Memory { store: MemoryStore::over([world]), partner }
        })
    }
}
