//! Short words after something was done, in a live region.

use crate::parts::Icon;
use crate::parts::live::live;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use std::time::Duration;

/// Where to say that something was done.
#[derive(Clone, Copy)]
pub struct Toasting(RwSignal<Option<String>>);

impl Toasting {
    /// Nothing to say yet.
    pub fn start() -> Self {
        Self(RwSignal::new(None))
    }

    /// Says that something was done, or that it is kept on this device until it can be.
    pub fn done(self, t: T, text: impl Into<String>, is_kept: bool) {
        if is_kept {
            self.say(t.kept_here());
        } else {
            self.say(text);
        }
    }

    /// Says it; it goes by itself.
    pub fn say(self, text: impl Into<String>) {
        let text = text.into();
        self.0.set(Some(text.clone()));
        let gone = move || {
            // A panel may have gone meanwhile.
            if self.0.try_get_untracked().flatten().as_ref() == Some(&text) {
                self.0.set(None);
            }
        };
        set_timeout(gone, Duration::from_secs(8));
    }
}

/// Where to say that something was done.
pub fn use_toasts() -> Toasting {
    expect_context::<Toasting>()
}

/// The place where they appear.
#[component]
pub fn Toasts() -> View {
    let t = use_texts();
    let said = use_toasts().0;
    let toast = live(move || {
        said.get().map(|text| {
            view! {
                <div class="toast">
                    <Icon name="i-check"/>
                    <p>{text}</p>
                    <button
                        class="btn btn--quiet btn--icon"
                        type="button"
                        aria-label=t.dismiss()
                        on:click=move |_| said.set(None)
                    >
                        <Icon name="i-close"/>
                    </button>
                </div>
            }
        })
    });
    view! { <div class="toasts"><div role="status">{toast}</div></div> }
}
