//! The part of the page that is ours: the whole page, or a panel inside somebody else's. What a
//! screen looks up, focuses or names goes through here, so that nothing reaches beyond it.

use crate::view::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The element that everything of ours is in, and whether it is all there is on the page. Copied
/// freely: it is a handle.
#[derive(Clone, Copy)]
pub struct Stage {
    root: StoredValue<Element, LocalStorage>,
    /// What a panel does about the focus; the page of ours just moves it.
    guest: Option<Guest>,
}

/// A panel's way with the focus, which is perhaps elsewhere on the page.
#[derive(Clone, Copy)]
struct Guest {
    /// Whether the person was on the screen that is being left.
    was_inside: StoredValue<bool>,
    focus_heading: fn(Stage, StoredValue<bool>),
}

impl Stage {
    /// The whole page.
    pub fn page(root: Element) -> Self {
        Self { root: StoredValue::new_local(root), guest: None }
    }

    /// A panel: it leaves the focus and the name of the page alone.
    pub fn panel(root: Element) -> Self {
        let guest = Guest { was_inside: StoredValue::new(false), focus_heading: follow };
        Self { root: StoredValue::new_local(root), guest: Some(guest) }
    }

    /// Whether it is the whole page, so that it may be loaded again.
    pub const fn is_page(self) -> bool {
        self.guest.is_none()
    }

    /// The first element that a selector of ours matches.
    pub fn find(self, selector: &str) -> Option<HtmlElement> {
        let found = self.root.try_get_value()?.query_selector(selector).ok().flatten();
        found.and_then(|element| element.dyn_into().ok())
    }

    /// Moves the focus to what a selector matches, once what is being built is there.
    pub fn focus(self, selector: impl Into<String>) {
        let selector = selector.into();
        request_animation_frame(move || {
            if let Some(element) = self.find(&selector) {
                // What cannot take the focus leaves it where it is.
                let _ = element.focus();
            }
        });
    }

    /// Moves the focus to the screen's heading, so that a reader begins there.
    pub fn focus_heading(self) {
        match self.guest {
            None => self.focus(HEADING),
            Some(guest) => (guest.focus_heading)(self, guest.was_inside),
        }
    }

    /// Names the screen where the browser names the page, if the page is ours.
    pub fn name(self, title: &str) {
        if self.is_page() {
            let name = "Subscription Desk";
            let end = if title.is_empty() { "" } else { " · " };
            document().set_title(&[title, end, name].concat());
        }
    }

    /// In a panel, before another screen is shown: notes whether the person is on this one, and is
    /// to be led on.
    pub fn look_for_focus(self) {
        if let Some(guest) = self.guest {
            guest.was_inside.try_set_value(self.is_inside());
        }
    }

    fn is_inside(self) -> bool {
        let inside = |root: &Element| root.matches(":focus-within").unwrap_or(false);
        self.root.try_with_value(inside) == Some(true)
    }
}

const HEADING: &str = "h1";

/// Leads on who was on the screen before, once, and unless the person has gone on to something of
/// the page around meanwhile.
fn follow(stage: Stage, was_inside: StoredValue<bool>) {
    if was_inside.try_get_value() != Some(true) {
        return;
    }
    was_inside.try_set_value(false);
    request_animation_frame(move || {
        let focused = document().active_element();
        let is_nowhere = focused.is_none_or(|focused| focused.tag_name() == "BODY");
        if is_nowhere || stage.is_inside() {
            stage.focus(HEADING);
        }
    });
}

/// The part of the page that the screen is in.
pub fn use_stage() -> Stage {
    expect_context::<Stage>()
}
