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
    is_page: bool,
    /// Whether the focus may be moved: in a panel, only when it is there already.
    focuses: StoredValue<bool>,
}

impl Stage {
    /// The whole page.
    pub fn page(root: Element) -> Self {
        Self::new(root, true)
    }

    /// A panel: it leaves the focus and the name of the page alone.
    pub fn panel(root: Element) -> Self {
        Self::new(root, false)
    }

    fn new(root: Element, is_page: bool) -> Self {
        let focuses = StoredValue::new(is_page);
        Self { root: StoredValue::new_local(root), is_page, focuses }
    }

    /// Whether it is the whole page, so that it may be loaded again.
    pub const fn is_page(self) -> bool {
        self.is_page
    }

    /// Before another screen is shown: notes whether the focus is on this one, and goes with it.
    pub fn look_for_focus(self) {
        let is_inside = self.root.try_with_value(is_inside) == Some(true);
        self.focuses.try_set_value(self.is_page || is_inside);
    }

    /// The first element that a selector of ours matches.
    pub fn find(self, selector: &str) -> Option<HtmlElement> {
        let found = self.root.try_get_value()?.query_selector(selector).ok().flatten();
        found.and_then(|element| element.dyn_into().ok())
    }

    /// Moves the focus to what a selector matches, once what is being built is there.
    pub fn focus(self, selector: impl Into<String>) {
        self.focus_if(true, selector.into());
    }

    /// Unless the person has gone on to something of the page around, if `anyway` is not set.
    fn focus_if(self, anyway: bool, selector: String) {
        request_animation_frame(move || {
            let is_free = || {
                let focused = document().active_element();
                let nowhere = focused.is_none_or(|focused| focused.tag_name() == "BODY");
                nowhere || self.root.try_with_value(is_inside) == Some(true)
            };
            if let Some(element) = self.find(&selector).filter(|_| anyway || is_free()) {
                // What cannot take the focus leaves it where it is.
                let _ = element.focus();
            }
        });
    }

    /// Moves the focus to the screen's heading, so that a reader begins there.
    pub fn focus_heading(self) {
        if self.focuses.try_get_value() == Some(true) {
            self.focuses.try_set_value(self.is_page);
            self.focus_if(self.is_page, "h1".into());
        }
    }

    /// Names the screen where the browser names the page, if the page is ours.
    pub fn name(self, title: &str) {
        if self.is_page {
            let name = "Subscription Desk";
            let end = if title.is_empty() { "" } else { " · " };
            document().set_title(&[title, end, name].concat());
        }
    }
}

fn is_inside(root: &Element) -> bool {
    root.matches(":focus-within").unwrap_or(false)
}

/// The part of the page that the screen is in.
pub fn use_stage() -> Stage {
    expect_context::<Stage>()
}
