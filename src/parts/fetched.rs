//! What is asked of the backend for a screen, and what is done there on a press. Both behind few
//! types: the resources and actions of Leptos are built anew for every future.

use crate::parts::live::effect;
use crate::view::prelude::*;
use std::pin::Pin;
use subscription_usecases::Failure;
use wasm_bindgen_futures::spawn_local;

type Asked<V> = Pin<Box<dyn Future<Output = Result<V, Failure>>>>;
type Done = Pin<Box<dyn Future<Output = ()>>>;

/// What was fetched last. It is fetched again when something its question read changes; until
/// then the old one stays.
pub struct Fetched<V: Send + Sync + 'static> {
    answer: RwSignal<Option<Result<V, Failure>>>,
    again: Trigger,
}

impl<V: Send + Sync + 'static> Clone for Fetched<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V: Send + Sync + 'static> Copy for Fetched<V> {}

/// Fetches by a question, now and whenever what it reads changes.
pub fn fetched<V, A>(ask: impl Fn() -> A + 'static) -> Fetched<V>
where
    V: Send + Sync + 'static,
    A: Future<Output = Result<V, Failure>> + 'static,
{
    Fetched::start(Box::new(move || Box::pin(ask())))
}

impl<V: Send + Sync + 'static> Fetched<V> {
    fn start(ask: Box<dyn Fn() -> Asked<V>>) -> Self {
        let (answer, again) = (RwSignal::new(None), Trigger::new());
        let turn = StoredValue::new(0_u32);
        effect(move || {
            again.track();
            let asked = ask();
            turn.update_value(|turn| *turn = turn.wrapping_add(1));
            let mine = turn.get_value();
            spawn_local(async move {
                let told = asked.await;
                // Its screen may be gone when the answer comes, or have asked again.
                if turn.try_get_value() == Some(mine) {
                    answer.set(Some(told));
                }
            });
        });
        Self { answer, again }
    }

    /// The answer, once it is there.
    pub fn with<U>(self, look: impl FnOnce(Option<&Result<V, Failure>>) -> U) -> U {
        self.answer.with(|answer| look(answer.as_ref()))
    }

    /// Asks again.
    pub fn refetch(self) {
        self.again.notify();
    }
}

impl<V: Clone + Send + Sync + 'static> Fetched<V> {
    /// The answer, once it is there.
    pub fn get(self) -> Option<Result<V, Failure>> {
        self.answer.get()
    }

    /// The answer as it is now.
    pub fn get_untracked(self) -> Option<Result<V, Failure>> {
        self.answer.get_untracked()
    }
}

/// Something that is done once at a time.
#[derive(Clone, Copy)]
pub struct Doing(RwSignal<bool>);

impl Doing {
    /// Nothing yet.
    pub fn nothing() -> Self {
        Self(RwSignal::new(false))
    }

    /// Does it, unless something is being done.
    pub fn run(self, what: impl Future<Output = ()> + 'static) {
        self.start(Box::pin(what));
    }

    fn start(self, what: Done) {
        if !self.0.get_untracked() {
            self.0.set(true);
            spawn_local(async move {
                what.await;
                self.0.set(false);
            });
        }
    }

    /// Whether it is being done.
    pub fn is_pending(self) -> bool {
        self.0.get()
    }

    /// Whether the screen it was done for has gone meanwhile.
    pub fn is_gone(self) -> bool {
        self.0.is_disposed()
    }
}
