//! What a screen shows, as data: a template and the values that fill its holes.
//!
//! `view!` (`view-macro/`) compiles elements to a [`View`]; [`shown`] builds it in the page and,
//! when something it reads has changed, makes of what is there what is to be there. A view of the
//! same template as before only changes its values, so that the focus, the caret and what was
//! typed stay. Signals, effects and components are those of Leptos; its renderer is not used, since
//! it makes code of its own for each type of a view (docs/size.md).
//!
//! No text is ever parsed as HTML: elements are made one by one.

mod each;
pub mod ev;
mod fill;
pub mod prelude;
mod shown;
mod spot;

use any_spawner::Executor;
pub use each::each;
pub use fill::{CollectView, IntoView, element, on};
use leptos::prelude::Owner;
pub use shown::Shown;
use std::borrow::Cow;
use std::rc::Rc;
use web_sys::{Element, Event};

/// What stands in a hole of a template: something to see, or the value of an attribute, a property
/// or a style, or what handles an event.
pub enum View {
    /// Nothing; an attribute is left out.
    Nothing,
    /// A text.
    Text(Cow<'static, str>),
    /// An attribute that is there without a value, or a property that is true.
    Flag(bool),
    /// Elements; the values fill the holes of the template in order.
    Template(&'static str, Vec<View>),
    /// One after the other.
    Many(Vec<View>),
    /// Rows that keep their place in the page by a key.
    Rows(each::Rows),
    /// Shown anew whenever what it reads changes.
    Live(Box<dyn Fn() -> View>),
    /// Handles an event.
    Handler(Rc<dyn Fn(Event)>),
    /// Is told the element once it is there.
    Told(Box<dyn FnOnce(&Element)>),
}

impl View {
    /// Elements, as `view!` writes them (`view-macro/` says how).
    pub fn template(steps: &'static str, values: Vec<Self>) -> Self {
        if steps.is_empty() { Self::Nothing } else { Self::Template(steps, values) }
    }
}

/// What is written between the tags of a component.
pub type Children = Box<dyn FnOnce() -> View>;

/// A part of a component that its caller shows, as often as asked.
#[derive(Clone)]
pub struct Slot(Rc<dyn Fn() -> View>);

impl Slot {
    /// Shows it.
    pub fn show(&self) -> View {
        (self.0)()
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self(Rc::new(|| View::Nothing))
    }
}

impl<F: Fn() -> V + 'static, V: IntoView> From<F> for Slot {
    fn from(show: F) -> Self {
        Self(Rc::new(move || show().into_view()))
    }
}

/// A view in the page with all that it reads. It goes when this is dropped.
#[must_use = "dropping it takes the view out of the page"]
pub struct Mounted {
    owner: Owner,
    shown: Option<Shown>,
}

/// Shows a view at the end of an element.
pub fn mount(root: &Element, show: impl FnOnce() -> View) -> Mounted {
    // A second panel on the page finds the executor there already, which is no failure.
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let shown = owner.with(|| Shown::build_in(show(), root));
    Mounted { owner, shown: Some(shown) }
}

impl Mounted {
    /// Keeps it for as long as the page lives.
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.owner.cleanup();
        if let Some(shown) = self.shown.take() {
            shown.remove();
        }
    }
}
