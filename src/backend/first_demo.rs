//! The demo as long as nothing but its list of customers is asked: its made-up data, which nobody has
//! changed yet in this browser. What can be done with them comes once that list is on screen, and
//! takes the place of this.

use super::settings::Settings;
use super::shelf::LocalShelf;
use super::{Alerts, Asked, Desk, SignIn, real_now, sold};
use crate::later::{self, Later};
use crate::view::prelude::*;
use crate::wait::Once;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use subscription_rules::{Catalogue, Cloud};
use subscription_usecases::demo::{World, WorldSettings};
use subscription_usecases::{
    ACCOUNTS, Caller, Failure, FirstQuestion, MemoryStore, NotAnswered, Question, Shelf, Sold,
};

/// What the demo is made of.
#[derive(Clone)]
pub struct Made {
    /// What is sold, and what it costs.
    pub sold: Sold,
    /// What was chosen.
    pub settings: Settings,
    /// What was chosen before could not be read.
    pub damaged_settings: bool,
    /// The customers of each cloud.
    pub worlds: Vec<Arc<World>>,
}

/// The customers of each cloud, as the settings have them made.
pub fn worlds(settings: &Settings, catalogue: &Arc<Catalogue>) -> Vec<Arc<World>> {
    let world = |cloud| {
        let Settings { seed, size, start, standing, .. } = *settings;
        let settings = WorldSettings { seed, size, start, cloud };
        Arc::new(World::new(settings, standing, Arc::clone(catalogue)))
    };
    Cloud::OFFERED.into_iter().map(world).collect()
}

/// Who asks in the demo, now.
pub fn caller(settings: &Settings, worlds: &[Arc<World>], sold: Sold) -> Caller {
    let now = settings.now(real_now());
    let is_it = |world: &&Arc<World>| world.settings().cloud == settings.cloud;
    let world = worlds.iter().find(is_it).or(worlds.first());
    let Some(partner) = world.map(|world| world.partner().clone()) else {
        unreachable!("there is a world for each cloud on offer");
    };
    let user = "alex@demo-partner.example".into();
    Caller::at(now, user, settings.role.into(), partner, sold)
}

struct Inner {
    made: RefCell<Made>,
    store: MemoryStore,
    version: RwSignal<u32>,
    opening: Once,
    whole: RefCell<Option<Rc<dyn Desk>>>,
}

/// The demo's list. Cloned freely: it is a handle.
#[derive(Clone)]
struct FirstDemo(Rc<Inner>);

/// Opens the demo: its list alone, where nothing was changed before.
pub async fn open() -> Result<Rc<dyn Desk>, String> {
    let (catalogue, prices) = sold::ask().await?;
    let (settings, damaged_settings) = Settings::read(&LocalShelf, real_now());
    let catalogue = Arc::new(catalogue);
    let worlds = worlds(&settings, &catalogue);
    let made = Made { sold: (catalogue, Arc::new(prices)), settings, damaged_settings, worlds };
    if LocalShelf.names().iter().any(|name| name.starts_with(ACCOUNTS))
        && let Ok(whole) = later::whole_demo(made.clone()).await
    {
        return Ok(whole.await);
    }
    let store = MemoryStore::over(made.worlds.clone());
    Ok(Rc::new(FirstDemo(Rc::new(Inner {
        made: RefCell::new(made),
        store,
        version: RwSignal::new(0),
        opening: Once::default(),
        whole: RefCell::default(),
    }))))
}

impl FirstDemo {
    async fn open_whole(self) {
        let made = self.0.made.borrow().clone();
        let settings = made.settings.clone();
        if let Ok(whole) = later::whole_demo(made).await {
            let whole = whole.await;
            // What was chosen meanwhile.
            let chosen = self.0.made.borrow().settings.clone();
            if chosen != settings {
                whole.set_settings(chosen);
            }
            self.0.whole.replace(Some(whole));
        }
    }
}

impl Desk for FirstDemo {
    fn version(&self) -> ReadSignal<u32> {
        self.0.version.read_only()
    }

    fn caller(&self) -> Caller {
        let made = self.0.made.borrow();
        caller(&made.settings, &made.worlds, made.sold.clone())
    }

    fn sold(&self) -> Sold {
        self.0.made.borrow().sold.clone()
    }

    fn answer(&self, question: Question) -> Asked {
        let desk = self.clone();
        Box::pin(async move {
            match FirstQuestion::try_from(question) {
                Ok(first) => Ok(first.answer(&desk.0.store, &desk.caller()).await?.into()),
                // Asked before the rest has come, and taken its place.
                Err(other) => match desk.whole().await? {
                    Some(whole) => whole.answer(other).await,
                    None => Err(NotAnswered::Network.into()),
                },
            }
        })
    }

    fn settings(&self) -> Settings {
        self.0.version.track();
        self.0.made.borrow().settings.clone()
    }

    /// What makes other customers is chosen on another screen; here it is the cloud.
    fn set_settings(&self, settings: Settings) {
        settings.keep(&LocalShelf);
        self.0.made.borrow_mut().settings = settings;
        self.refresh();
    }

    fn sign_in(&self) -> SignIn {
        SignIn::Role
    }

    /// Read anew once the rest has come: then there is more to know.
    fn alerts(&self) -> Alerts {
        self.0.version.track();
        let damaged = usize::from(self.0.made.borrow().damaged_settings);
        Alerts { damaged, ..Alerts::default() }
    }

    fn refresh(&self) {
        self.0.version.update(|version| *version = version.wrapping_add(1));
    }

    fn is_demo(&self) -> bool {
        true
    }

    fn whole(&self) -> Later<Result<Option<Rc<dyn Desk>>, Failure>> {
        let desk = self.clone();
        Box::pin(async move {
            if desk.0.whole.borrow().is_none() {
                desk.0.opening.run(desk.clone().open_whole()).await;
            }
            let whole = desk.0.whole.borrow().clone();
            whole.map(Some).ok_or_else(|| NotAnswered::Network.into())
        })
    }
}
