//! Nickname and quantity, of the subscription and of its add-ons, with the bar that submits what
//! has changed (S19).

use super::Page;
use crate::backend::new_request;
use crate::format::{money, number};
use crate::history::use_router;
use crate::parts::fetched::Doing;
use crate::parts::live::{derived, effect, live, memo};
use crate::parts::{Field, use_toasts};
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words;
use std::collections::BTreeMap;
use subscription_rules::{
    Action as Act, Change, Money, Nickname, Quantity, Refusal, Status, Subscription,
    SubscriptionId, change_quantity, sellable,
};
use subscription_usecases::{Ask, Command, Failure, RequestId};

/// What was typed and differs from what is kept. Nothing typed is lost when the account is read
/// again.
#[derive(Clone, Copy)]
pub struct Edits {
    nickname: RwSignal<Option<String>>,
    quantities: RwSignal<BTreeMap<SubscriptionId, String>>,
    /// What was kept when somebody began to type over it.
    seen: RwSignal<Seen>,
    failed: RwSignal<Option<Failure>>,
}

/// What somebody types over.
#[derive(Default)]
struct Seen {
    nickname: Option<String>,
    quantities: BTreeMap<SubscriptionId, Quantity>,
}

impl Edits {
    pub fn new() -> Self {
        Self {
            seen: RwSignal::new(Seen::default()),
            nickname: RwSignal::new(None),
            quantities: RwSignal::new(BTreeMap::new()),
            failed: RwSignal::new(None),
        }
    }

    /// Asks before changes are left; and leaves no number typed where none can be changed any more,
    /// which nothing could correct.
    pub fn guard(self, page: Page) {
        let router = use_router();
        effect(move || {
            page.account.with(|account| {
                let is_open = |id: &SubscriptionId| {
                    account.get(id).is_some_and(|held| held.status() == Status::Active)
                };
                if self.quantities.with_untracked(|all| !all.keys().all(is_open)) {
                    self.quantities.update(|all| all.retain(|id, _| is_open(id)));
                }
            });
        });
        effect(move || router.set_unsaved(self.count(page) > 0));
    }

    /// What is typed as a subscription's quantity, if it was touched.
    pub fn typed(self, id: &SubscriptionId) -> Option<String> {
        self.quantities.with(|all| all.get(id).cloned())
    }

    /// Takes what is typed as the quantity of a subscription; typing what is kept is no change.
    pub fn type_quantity(self, held: &Subscription, text: String) {
        self.failed.set(None);
        self.seen.update(|seen| {
            seen.quantities.entry(held.id.clone()).or_insert(held.quantity);
        });
        self.quantities.update(|all| {
            if text.trim() == held.quantity.to_string() {
                all.remove(&held.id);
            } else {
                all.insert(held.id.clone(), text);
            }
        });
    }

    fn count(self, page: Page) -> usize {
        let renamed = self.nickname.with(|typed| {
            typed.as_ref().is_some_and(|typed| typed.trim() != page.held.read().nickname.as_str())
        });
        usize::from(renamed) + self.quantities.with(BTreeMap::len)
    }

    /// Forgets what was typed over, once nothing is.
    fn forget(self) {
        self.seen.set(Seen::default());
    }

    /// Whether somebody else has changed the quantity that is typed over.
    fn is_other_quantity(self, held: &Subscription) -> bool {
        let seen = self.seen.with(|seen| seen.quantities.get(&held.id).copied());
        self.typed(&held.id).is_some() && seen.is_some_and(|seen| seen != held.quantity)
    }

    /// Whether somebody else has changed the nickname that is typed over.
    fn is_other_nickname(self, held: &Subscription) -> bool {
        let seen = self.seen.with(|seen| seen.nickname.clone());
        self.nickname.read().is_some() && seen.is_some_and(|seen| seen != held.nickname.as_str())
    }

    fn discard(self) {
        self.forget();
        self.nickname.set(None);
        self.quantities.update(BTreeMap::clear);
        self.failed.set(None);
    }

    /// What is wrong with what was typed, by the rules.
    fn wrong(self, page: Page) -> usize {
        let nickname = usize::from(nickname_error(self).is_some());
        let ids: Vec<SubscriptionId> = self.quantities.with(|all| all.keys().cloned().collect());
        nickname + ids.iter().filter(|id| decided(page, id).is_some_and(|of| of.is_err())).count()
    }
}

fn nickname_error(edits: Edits) -> Option<Refusal> {
    edits.nickname.with(|typed| typed.as_ref().and_then(|typed| Nickname::parse(typed).err()))
}

/// What the rules say to the quantity typed for a subscription; `None` while nothing is typed.
pub fn decided(page: Page, id: &SubscriptionId) -> Option<Result<Change, Refusal>> {
    let typed = page.edits.typed(id)?;
    let caller = page.caller();
    Some(Quantity::parse(&typed).and_then(|to| {
        page.account.with(|account| change_quantity(&caller.context(), account, id, to))
    }))
}

/// What is wrong with the quantity typed for a subscription, in words.
pub fn quantity_error(t: T, page: Page, id: SubscriptionId) -> Signal<Option<String>> {
    derived(move || decided(page, &id)?.err().map(|why| words::refusal(t, &why)))
}

/// The card with nickname and quantity.
#[component]
pub fn Edit(page: Page) -> View {
    let t = use_texts();
    let id = page.id.get_value();
    let nickname =
        RwSignal::new(page.held.with_untracked(|held| held.nickname.as_str().to_owned()));
    let quantity = RwSignal::new(page.held.with_untracked(|held| held.quantity.to_string()));
    // What is typed goes to the edits; what is discarded or submitted comes back from them.
    effect(move || {
        let kept = page.held.read().nickname.as_str().to_owned();
        nickname.set(page.edits.nickname.get().unwrap_or(kept));
    });
    Effect::new({
        let id = id.clone();
        move |_| {
            let kept = page.held.read().quantity.to_string();
            quantity.set(page.edits.typed(&id).unwrap_or(kept));
        }
    });
    let nickname_typed = Callback::new(move |text: String| {
        let kept = page.held.with_untracked(|held| held.nickname.as_str() == text);
        page.edits.failed.set(None);
        page.edits.seen.update(|seen| {
            let now = || page.held.with_untracked(|held| held.nickname.as_str().to_owned());
            seen.nickname.get_or_insert_with(now);
        });
        page.edits.nickname.set((!kept).then_some(text));
    });
    let quantity_typed = Callback::new(move |text: String| {
        page.held.with_untracked(|held| page.edits.type_quantity(held, text));
    });
    let nickname_error =
        derived(move || nickname_error(page.edits).map(|why| words::refusal(t, &why)));
    let other_nickname = derived(move || {
        let held = page.held.read();
        let is_other = page.edits.is_other_nickname(&held);
        let now = held.nickname.as_str();
        if is_other { t.changed_meanwhile(now) } else { String::new() }
    });
    let error = quantity_error(t, page, id.clone());
    let hint = derived(move || hint(t, page));
    let cannot_rename = derived(move || page.may(Act::Rename).is_err());
    let cannot_change = derived(move || page.may(Act::EditQuantity).is_err());
    view! {
        <section class="card" aria-labelledby="edit-h">
            <h2 class="sr" id="edit-h">{t.subscription()}</h2>
            <div class="form-grid">
                <Field
                    id="nickname"
                    label=t.nickname()
                    value=nickname
                    typed=nickname_typed
                    error=nickname_error
                    hint=other_nickname
                    disabled=cannot_rename
                    longest=120
                />
                <Field
                    id="quantity"
                    label=t.quantity()
                    value=quantity
                    typed=quantity_typed
                    error=error
                    hint=hint
                    numeric=true
                    disabled=cannot_change
                    longest=24
                />
            </div>
        </section>
    }
}

/// The limits, what is assigned, what the change costs; or why it cannot change.
fn hint(t: T, page: Page) -> String {
    if let Err(why) = page.may(Act::EditQuantity) {
        return words::refusal(t, &why);
    }
    let held = page.held.get();
    let mut parts = Vec::new();
    let range = page.backend.catalogue().get(&held.offer).and_then(|offer| sellable(offer).ok());
    if let Some(range) = range {
        let of = |quantity: Quantity| number(t, quantity.get());
        parts.push(t.quantity_range(&of(range.max()), &of(range.min())));
    }
    if page.edits.is_other_quantity(&held) {
        parts.push(t.changed_meanwhile(&number(t, held.quantity.get())));
    }
    if let Some(assigned) = held.assigned {
        parts.push(t.quantity_assigned(u64::from(assigned)));
    }
    if let Some(Ok(change)) = decided(page, &held.id) {
        if let Some(total) = change.effects.total() {
            parts.push(about(t, total));
        }
        if let Some(assigned) = change.effects.assigned_above {
            parts.push(t.quantity_below_assigned(&number(t, assigned)));
        }
    }
    parts.join(" · ")
}

/// "About $12.00 more until the next bill. An estimate."
pub fn about(t: T, total: Money) -> String {
    let amount = money(t, Money { minor_units: total.minor_units.abs(), ..total });
    if total.minor_units < 0 { t.estimate_credit(&amount) } else { t.estimate_charge(&amount) }
}

/// Submits one change under a name made before its first try.
fn commands(page: Page) -> Result<Vec<(Command, Ask)>, Failure> {
    let mut all = Vec::new();
    let customer = page.customer.get_value();
    let own = page.id.get_value();
    let revision = |id: &SubscriptionId| {
        page.account.with_untracked(|account| account.get(id).map(|held| held.revision))
    };
    let ask = |id: &SubscriptionId, request: RequestId| Ask {
        revision: revision(id),
        ..Ask::to_do(request)
    };
    if let Some(typed) = page.edits.nickname.get_untracked() {
        let to = Nickname::parse(&typed)?;
        let subscription = own.clone();
        let command = Command::Rename { customer: customer.clone(), subscription, to };
        all.push((command, ask(&own, new_request()?)));
    }
    for (id, typed) in page.edits.quantities.get_untracked() {
        let to = Quantity::parse(&typed)?;
        let asked = ask(&id, new_request()?);
        // The first change counts the revision up for the second.
        let asked =
            if id == own && !all.is_empty() { Ask { revision: None, ..asked } } else { asked };
        let command = Command::ChangeQuantity { customer: customer.clone(), subscription: id, to };
        all.push((command, asked));
    }
    Ok(all)
}

/// The bar that is there while something has changed.
#[component]
pub fn SaveBar(page: Page) -> View {
    let t = use_texts();
    let toasts = use_toasts();
    let edits = page.edits;
    let doing = Doing::nothing();
    let submit = move || async move {
        let mut is_kept = false;
        for (command, ask) in commands(page)? {
            is_kept |= page.backend.ask(command.clone(), ask).await?.is_kept;
            if doing.is_gone() {
                continue;
            }
            // What is done is no change any more, even if a later one is refused.
            match command {
                Command::Rename { .. } => edits.nickname.set(None),
                Command::ChangeQuantity { subscription, .. } => {
                    // Shown until the account has been read again: the field would have the number
                    // from before for a moment, under the hands of whoever types on.
                    if let Some(Ok(change)) = untrack(|| decided(page, &subscription)) {
                        page.account.update(|account| *account = account.with(&change));
                    }
                    edits.quantities.update(|all| {
                        all.remove(&subscription);
                    });
                }
                _ => {}
            }
        }
        if !doing.is_gone() {
            edits.forget();
        }
        Ok::<bool, Failure>(is_kept)
    };
    let count = memo(move || edits.count(page) as u64);
    let wrong = memo(move || edits.wrong(page) as u64);
    let text = derived(move || {
        let changes = t.changes(count.get());
        match (wrong.get(), edits.failed.get()) {
            (_, Some(why)) => words::failure(t, &why),
            (0, None) => changes,
            (wrong, None) => format!("{changes} · {}", t.to_correct(wrong)),
        }
    });
    let press = move |_| {
        if wrong.get_untracked() == 0 {
            doing.run(async move {
                let done = submit().await;
                if doing.is_gone() {
                    return;
                }
                match done {
                    Ok(is_kept) => toasts.done(t, t.changes_submitted(), is_kept),
                    Err(why) => edits.failed.set(Some(why)),
                }
            });
        }
    };
    let blocked = derived(move || (wrong.get() > 0 || doing.is_pending()).then_some("true"));
    let any = memo(move || count.get() > 0);
    live(move || {
        any.get().then(|| {
            view! {
                <div class="bar" part="bar" role="region" aria-label=t.unsaved_changes()>
                    <p role="status">{text}</p>
                    <button class="btn" type="button" on:click=move |_| edits.discard()>{t.wizard_discard()}</button>
                    <button class="btn btn--primary" type="button" aria-disabled=blocked on:click=press>
                        {t.submit()}
                    </button>
                </div>
            }
        })
    })
}
