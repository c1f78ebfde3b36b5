//! What changes on a screen, behind few types: every closure of a type of its own in a view, a
//! memo or an effect costs kilobytes of the wasm; behind one type they share the code.

use crate::view::prelude::*;

/// A part of a view that is shown anew whenever what it reads changes.
pub fn live<V: IntoView>(show: impl Fn() -> V + 'static) -> View {
    show.into_view()
}

/// A value worked out of others, anew each time it is read.
pub fn derived<V: Send + Sync + 'static>(
    read: impl Fn() -> V + Send + Sync + 'static,
) -> Signal<V> {
    let read: Box<dyn Fn() -> V + Send + Sync> = Box::new(read);
    Signal::derive(read)
}

/// A value worked out of others; who reads it hears of it only when it is another.
pub fn memo<V: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> V + Send + Sync + 'static,
) -> Memo<V> {
    let read: Box<dyn Fn() -> V + Send + Sync> = Box::new(read);
    Memo::new(move |_| read())
}

/// What is done now and whenever what it reads changes.
pub fn effect(run: impl FnMut() + 'static) {
    fn start(mut run: Box<dyn FnMut()>) {
        Effect::new(move |_| run());
    }
    start(Box::new(run));
}
