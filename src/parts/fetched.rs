//! What is asked of the backend for a screen, and what is done there on a press. Both behind few
//! types: the resources and actions of Leptos are built anew for every future.

use crate::parts::live::effect;
use crate::view::prelude::*;
use crate::wait::spawn_local;
use leptos::leptos_dom::helpers::set_timeout_with_handle;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use subscription_usecases::Failure;

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
        let waits = Rc::new(RefCell::new(Turn::default()));
        let last = StoredValue::new_local(Rc::clone(&waits));
        effect(move || {
            again.track();
            let asked = ask();
            let mine = waits.borrow_mut().next();
            let asked = InTurn { asked, mine, turn: Rc::clone(&waits) };
            spawn_local(async move {
                if let Some(told) = asked.await {
                    answer.try_set(Some(told));
                }
            });
        });
        on_cleanup(move || {
            if let Some(last) = last.try_get_value() {
                last.borrow_mut().next();
            }
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

/// Which question is the last one, and whoever waits for the answer to it.
#[derive(Default)]
struct Turn {
    count: u32,
    waiting: Option<Waker>,
}

impl Turn {
    /// The next one's turn: who waits for the one before need not wait any more.
    fn next(&mut self) -> u32 {
        self.count = self.count.wrapping_add(1);
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
        self.count
    }
}

/// A question until its turn is over: its screen may go before the answer comes, or ask again.
/// What was asked is dropped then, which ends a request that is on its way.
struct InTurn<V> {
    asked: Asked<V>,
    mine: u32,
    turn: Rc<RefCell<Turn>>,
}

impl<V> Future for InTurn<V> {
    type Output = Option<Result<V, Failure>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.turn.borrow().count != self.mine {
            return Poll::Ready(None);
        }
        let answer = self.asked.as_mut().poll(context);
        if answer.is_pending() {
            self.turn.borrow_mut().waiting = Some(context.waker().clone());
        }
        answer.map(Some)
    }
}

/// Something that is done once at a time.
#[derive(Clone, Copy)]
pub struct Doing {
    is_under_way: RwSignal<bool>,
    is_shown: RwSignal<bool>,
}

/// What takes less time is over before somebody could see that it is under way.
const SEEN: Duration = Duration::from_millis(100);

impl Doing {
    /// Nothing yet.
    pub fn nothing() -> Self {
        Self { is_under_way: RwSignal::new(false), is_shown: RwSignal::new(false) }
    }

    /// Does it, unless something is being done.
    pub fn run(self, what: impl Future<Output = ()> + 'static) {
        self.start(Box::pin(what));
    }

    fn start(self, what: Done) {
        if self.is_under_way.get_untracked() {
            return;
        }
        self.is_under_way.set(true);
        let show = move || {
            self.is_shown.try_set(true);
        };
        let later = set_timeout_with_handle(show, SEEN).ok();
        spawn_local(async move {
            what.await;
            if let Some(later) = later {
                later.clear();
            }
            self.is_shown.try_set(false);
            self.is_under_way.try_set(false);
        });
    }

    /// Whether it is being done, for as long as somebody can see.
    pub fn is_pending(self) -> bool {
        self.is_shown.get()
    }

    /// Whether the screen it was done for has gone meanwhile.
    pub fn is_gone(self) -> bool {
        self.is_under_way.is_disposed()
    }
}
