//! Status as text, colour and shape (look.md).

use crate::parts::Icon;
use crate::texts::use_texts;
use crate::view::prelude::*;
use crate::words::{Outlook, Sign, days_left};

/// A subscription's status.
#[component]
pub fn StatusPill(
    /// Whose.
    sign: Sign,
    /// Whether its last day is near.
    #[prop(optional)]
    urgent: bool,
    /// More words behind the status, such as the reason.
    #[prop(optional, into)]
    more: String,
    /// On a tint, as in a heading.
    #[prop(optional)]
    tint: bool,
) -> View {
    let t = use_texts();
    let mut class = format!("pill pill--{}", sign.name());
    if urgent && sign == Sign::Suspended {
        class.push_str(" pill--last");
    }
    if tint {
        class.push_str(" pill--tint");
    }
    let icon = match sign {
        Sign::Active => "s-active",
        Sign::Suspended => "s-suspended",
        Sign::Cancelled => "s-cancelled",
        Sign::Deleted => "s-deleted",
        Sign::Trial => "s-trial",
    };
    view! { <span class=class><Icon name=icon/>{sign.word(t)}{more}</span> }
}

/// What becomes of a subscription, with the days left.
#[component]
pub fn Due(
    /// What becomes of it.
    outlook: Outlook,
) -> View {
    let t = use_texts();
    let class = if outlook.is_urgent() { "due due--last" } else { "due" };
    let left = outlook.days_left.map(|days| {
        view! { " · "<span class=class>{days_left(t, days)}</span> }
    });
    view! { {outlook.text}{left} }
}
