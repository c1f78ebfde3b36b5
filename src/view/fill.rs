//! What may be written in a hole of a view.

use super::View;
use leptos::ev::EventDescriptor;
use leptos::prelude::NodeRef;
use leptos::prelude::{Get, Memo, ReadSignal, RwSignal, Signal};
use leptos::tachys::html::element::ElementType;
use leptos::tachys::html::node_ref::NodeRefContainer;
use std::borrow::Cow;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Event;

/// Something that can fill a hole.
pub trait IntoView {
    /// As what fills it.
    fn into_view(self) -> View;
}

impl IntoView for View {
    fn into_view(self) -> View {
        self
    }
}

impl IntoView for () {
    fn into_view(self) -> View {
        View::Nothing
    }
}

impl IntoView for bool {
    fn into_view(self) -> View {
        View::Flag(self)
    }
}

impl IntoView for &'static str {
    fn into_view(self) -> View {
        View::Text(Cow::Borrowed(self))
    }
}

impl IntoView for String {
    fn into_view(self) -> View {
        View::Text(Cow::Owned(self))
    }
}

impl IntoView for usize {
    fn into_view(self) -> View {
        self.to_string().into_view()
    }
}

impl<V: IntoView> IntoView for Option<V> {
    fn into_view(self) -> View {
        self.map_or(View::Nothing, IntoView::into_view)
    }
}

impl<V: IntoView> IntoView for Vec<V> {
    fn into_view(self) -> View {
        self.into_iter().collect_view()
    }
}

impl<F: Fn() -> V + 'static, V: IntoView> IntoView for F {
    fn into_view(self) -> View {
        View::Live(Box::new(move || self().into_view()))
    }
}

macro_rules! signals {
    ($($signal:ident)*) => {
        $(impl<V: IntoView + Clone + Send + Sync + 'static> IntoView for $signal<V> {
            fn into_view(self) -> View {
                View::Live(Box::new(move || self.get().into_view()))
            }
        })*
    };
}

signals! { Memo ReadSignal RwSignal Signal }

/// Shows one after the other.
pub trait CollectView {
    /// All of them.
    fn collect_view(self) -> View;
}

impl<I: IntoIterator<Item = V>, V: IntoView> CollectView for I {
    fn collect_view(self) -> View {
        View::Many(self.into_iter().map(IntoView::into_view).collect())
    }
}

/// Handles an event; its name says of which type it is.
pub fn on<E: EventDescriptor>(_: E, handle: impl Fn(E::EventType) + 'static) -> View
where
    E::EventType: JsCast,
{
    View::Handler(Rc::new(move |event: Event| handle(event.unchecked_into())))
}

/// Tells the element to a reference.
pub fn element<E>(reference: NodeRef<E>) -> View
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + 'static,
{
    View::Told(Box::new(move |element| reference.load(element)))
}
