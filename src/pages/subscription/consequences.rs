//! What an act means, line by line: for users, administrators, add-ons, data and money, and the
//! last day to undo it (look.md, "the consequence dialog").

use super::Page;
use super::edit::about;
use super::status::utc_day;
use crate::format::date;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use subscription_rules::{
    Access, Cause, Effects, Intent, Person, State, Subscription, SuspendedBy, Suspension,
    SuspensionReason,
};

/// One line.
pub fn line(name: &'static str, text: String) -> View {
    view! { <div><dt>{name}</dt><dd>{text}</dd></div> }
}

/// What a suspension or cancellation does, as the rules told it.
pub fn suspending(t: T, page: Page, effects: &Effects, cancels: bool) -> View {
    let mut held = page.held.get_untracked();
    let caller = page.caller();
    // The table of access decides what is said, for the state it would be in.
    held.state = State::Suspended(Suspension {
        at: caller.now,
        reason: SuspensionReason::NotStated,
        note: None,
        intent: if cancels { Intent::Cancel } else { Intent::Hold },
        cause: Cause::Own,
        by: SuspendedBy::Partner,
    });
    let access = |person| Access::of(&held, person, caller.now, &caller.policy);
    let users = match (access(Person::User).sign_in, held.assigned) {
        (true, _) => t.effect_users_keep().to_owned(),
        (false, Some(assigned)) if assigned > 0 => t.effect_users_locked_count(u64::from(assigned)),
        (false, _) => t.effect_users_locked().to_owned(),
    };
    let administrators = match access(Person::Administrator).reach_data {
        true if cancels => t.effect_admins_take(),
        true => t.effect_admins_keep(),
        false => t.effect_admins_locked(),
    };
    let until = effects.expires_on;
    let data = until.map(|until| {
        // A trial's data outlives it, however it ends (domain.md §3.1).
        let day = date(t, held.trial_data_until(&caller.policy).unwrap_or(until.0));
        if cancels { t.effect_data_deleted(&day) } else { t.effect_data_kept(&day) }
    });
    let last = until.map(|until| {
        view! {
            <div class="effects-last">
                <dt>{t.effect_last_day()}</dt><dd>{utc_day(t, held.back_until(until))}</dd>
            </div>
        }
    });
    view! {
        <dl class="effects">
            {line(t.users(), users)}
            {line(t.administrators(), administrators.to_owned())}
            {line(t.add_ons(), names(t, page, effects))}
            {data.map(|data| line(t.data(), data))}
            {line(t.money(), cost(t, page, effects))}
            {last}
        </dl>
    }
}

/// The add-ons that are drawn along, by name; with its own last day where that is another one than
/// the base's, since free days differ (domain.md §3.4).
pub fn names(t: T, page: Page, effects: &Effects) -> String {
    let caller = page.caller();
    let names: Vec<String> = page.account.with_untracked(|account| {
        let named = effects.drawn_along.iter().filter_map(|id| account.get(id));
        let name = |held: &Subscription| {
            let name = held.nickname.as_str();
            let licenses = t.licenses(u64::from(held.quantity.get()));
            // One that is suspended already keeps its day; none outlasts the base (domain.md §3.3).
            let own = account.expires_on(held, &caller.policy).unwrap_or_else(|| {
                account.would_expire_on(held, caller.now.date_naive(), &caller.policy)
            });
            match effects.expires_on {
                Some(until) if own < until => {
                    t.effect_add_on_until(&date(t, own.0), &licenses, name)
                }
                _ => format!("{name} ({licenses})"),
            }
        };
        named.map(name).collect()
    });
    if names.is_empty() {
        t.effect_no_add_ons().into()
    } else {
        t.effect_add_ons(&names.join(", "))
    }
}

/// What it is estimated to cost or bring; a trial, nothing.
pub fn cost(t: T, page: Page, effects: &Effects) -> String {
    if page.held.with_untracked(Subscription::is_trial) {
        return t.free().into();
    }
    effects.total().map_or_else(|| t.effect_no_estimate().to_owned(), |total| about(t, total))
}

/// The buttons of a dialog: back first, since the act is the heavier choice.
#[component]
pub fn DialogButtons(
    page: Page,
    /// The act's word.
    act: &'static str,
    /// Whether the act is dangerous.
    #[prop(optional)]
    danger: bool,
    /// Whether it cannot be done yet, or is being done.
    #[prop(into)]
    blocked: Signal<bool>,
) -> View {
    let t = use_texts();
    view! {
        <button class="btn" type="button" data-first on:click=move |_| page.open.set(None)>
            {t.back()}
        </button>
        <button
            class=if danger { "btn btn--danger" } else { "btn btn--primary" }
            type="submit"
            aria-disabled=move || blocked.get().then_some("true")
        >
            {act}
        </button>
    }
}
