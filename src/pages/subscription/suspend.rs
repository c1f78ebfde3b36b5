//! The dialogs that suspend, cancel and reactivate: reason, consequences, then "Submit"
//! (S21–S25, A1, A2, A15).

use super::Page;
use super::consequences::{DialogButtons, cost, line, names, suspending};
use crate::backend::new_request;
use crate::format::date;
use crate::parts::fetched::{Doing, Fetched, fetched};
use crate::parts::live::{derived, live, memo};
use crate::parts::{Dialog, ErrorText, Icon, Toasting, use_toasts};
use crate::stage::use_stage;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words;
use subscription_rules::{Note, Refusal, Suspend, SuspensionReason};
use subscription_usecases::{Answer, Ask, Command, Done, RequestId, lower_case};

/// What a command would do, asked before it is done.
fn previewed(page: Page, command: Command) -> Fetched<Done> {
    fetched(move || {
        // Somebody else may change it while the dialog is open: what is submitted is what is shown.
        page.held.track();
        let command = command.clone();
        async move {
            match page.backend.preview(command).await? {
                Answer::Done(done) => Ok(done),
                Answer::Placed(_) => Err(Refusal::OrderEmpty.into()),
            }
        }
    })
}

/// Submits from a dialog: closes it and says so, or shows why not.
#[derive(Clone, Copy)]
pub struct Submitting {
    page: Page,
    said: &'static str,
    toasts: Toasting,
    doing: Doing,
    failed: RwSignal<Option<String>>,
}

impl Submitting {
    /// Nothing was submitted yet; `said` is told afterwards.
    pub fn new(page: Page, said: &'static str) -> Self {
        let (doing, failed) = (Doing::nothing(), RwSignal::new(None));
        Self { page, said, toasts: use_toasts(), doing, failed }
    }

    /// Submits, unless an answer is still awaited.
    pub fn submit(self, t: T, command: Command, ask: Ask) {
        self.doing.run(async move {
            let answer = self.page.backend.ask(command, ask).await;
            if self.doing.is_gone() {
                return;
            }
            match answer {
                Ok(told) => {
                    self.page.open.set(None);
                    self.toasts.done(t, self.said, told.is_kept);
                }
                Err(why) => self.failed.set(Some(words::failure(t, &why))),
            }
        });
    }

    /// Whether an answer is awaited.
    pub fn is_pending(self) -> bool {
        self.doing.is_pending()
    }

    /// Why it was not done.
    pub fn failed(self) -> Signal<Option<String>> {
        self.failed.into()
    }
}

/// A name for the dialog's one submit, made when it opens: pressing twice does nothing twice.
pub fn request() -> Option<RequestId> {
    new_request().ok()
}

/// What went wrong with the submit.
pub fn failure_note(failed: Signal<Option<String>>) -> View {
    live(move || {
        failed.get().map(|text| {
            view! {
                <div class="note note--danger" role="alert"><Icon name="i-warning"/><p>{text}</p></div>
            }
        })
    })
}

/// Suspends, or cancels with a second step: the customer's name is typed.
#[component]
#[expect(clippy::too_many_lines, reason = "one dialog, read from top to bottom")]
pub fn SuspendDialog(page: Page, cancels: bool) -> View {
    let (t, stage) = (use_texts(), use_stage());
    let (customer, subscription) = (page.customer.get_value(), page.id.get_value());
    let command = move |why: Suspend| {
        let (customer, subscription) = (customer.clone(), subscription.clone());
        if cancels {
            Command::Cancel { customer, subscription, why }
        } else {
            Command::Suspend { customer, subscription, why }
        }
    };
    let preview = previewed(page, command(Suspend::default()));
    let held = page.held.get_untracked();
    let company =
        page.account.with_untracked(|account| account.customer().company_name.as_str().to_owned());
    let reason = RwSignal::new(held.suspension().map(|suspension| suspension.reason));
    let note = RwSignal::new(String::new());
    let typed = RwSignal::new(String::new());
    let pressed = RwSignal::new(false);
    let title = derived(move || {
        let held = page.held.read();
        let name = held.nickname.as_str();
        if cancels {
            t.cancel_title(name)
        } else {
            t.suspend_title(&words::licenses(t, held.quantity), name)
        }
    });
    let submitting =
        Submitting::new(page, if cancels { t.cancelled_toast() } else { t.suspended_toast() });

    let right_name = {
        let company = company.clone();
        memo(move || !cancels || lower_case(typed.read().trim()) == lower_case(&company))
    };
    let reason_missing = derived(move || {
        (pressed.get() && reason.get().is_none())
            .then(|| words::refusal(t, &Refusal::ReasonMissing))
    });
    let name_wrong = derived(move || {
        (pressed.get() && !right_name.get()).then(|| t.cancel_name_wrong().to_owned())
    });
    let note_wrong =
        derived(move || Note::parse(&note.read()).err().map(|why| words::refusal(t, &why)));
    let refused = move || preview.get().is_some_and(|preview| preview.is_err());
    let request = request();
    let submitted = Callback::new(move |()| {
        pressed.set(true);
        // To the first that is missing, whose words are read out there.
        if reason.get_untracked().is_none() {
            return stage.focus("[name=reason]");
        }
        if !right_name.get_untracked() {
            return stage.focus("#confirm");
        }
        if note_wrong.get_untracked().is_some() {
            return;
        }
        let note = note.get_untracked();
        let note = if note.trim().is_empty() { None } else { Note::parse(&note).ok() };
        let why = Suspend { reason: reason.get_untracked(), note };
        if let Some(request) = request.clone() {
            submitting.submit(t, command(why), Ask::to_do(request).on_revision(page.revision()));
        }
    });
    let closed = Callback::new(move |()| page.open.set(None));
    let blocked = derived(move || submitting.is_pending() || refused());
    let actions = move || {
        let act = if cancels { t.cancel_subscription() } else { t.submit() };
        view! { <DialogButtons page=page act=act danger=cancels blocked=blocked/> }
    };
    let effects = live(move || {
        preview.get().map(|preview| match preview {
            Ok(done) => suspending(t, page, &done.effects, cancels),
            Err(why) => view! {
                <div class="note note--danger" role="alert">
                    <Icon name="i-warning"/><p>{words::failure(t, &why)}</p>
                </div>
            },
        })
    });
    let warning = cancels.then(|| {
        view! {
            <div class="note note--danger"><Icon name="i-warning"/><p>{t.cancel_warning()}</p></div>
        }
    });
    let choice = move |of: SuspensionReason| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="reason"
                    prop:checked=move || reason.get() == Some(of)
                    on:change=move |_| reason.set(Some(of))
                />
                " "{words::reason(t, of)}
            </label>
        }
    };
    let confirm = cancels.then(|| {
        view! {
            <div class="field">
                <label for="confirm">{t.cancel_confirm(&company)}</label>
                <input
                    class="input"
                    id="confirm"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=typed
                    aria-invalid=move || name_wrong.read().is_some().then_some("true")
                    aria-describedby="confirm-error"
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <ErrorText id="confirm-error" text=name_wrong/>
            </div>
        }
    });
    view! {
        <Dialog title=title closed=closed submitted=submitted actions=actions>
            {warning}
            <fieldset aria-describedby="reason-error">
                <legend>{t.reason()}</legend>
                {SuspensionReason::OFFERED.map(choice).collect_view()}
                <ErrorText id="reason-error" text=reason_missing/>
            </fieldset>
            <div class="field">
                <label for="note">{t.note()}" "<span class="count">{t.optional()}</span></label>
                <textarea
                    class="input"
                    id="note"
                    rows="2"
                    maxlength="500"
                    aria-describedby="note-hint"
                    prop:value=note
                    on:input=move |event| note.set(event_target_value(&event))
                ></textarea>
                <p class="hint" id="note-hint">{t.note_hint()}</p>
                <ErrorText id="note-error" text=note_wrong/>
            </div>
            {effects}
            {confirm}
            {failure_note(submitting.failed())}
        </Dialog>
    }
}

/// Reactivates: what comes back, what it costs, what does not move.
#[component]
pub fn ReactivateDialog(page: Page) -> View {
    let t = use_texts();
    let held = page.held.get_untracked();
    let command = Command::Reactivate {
        customer: page.customer.get_value(),
        subscription: page.id.get_value(),
    };
    let preview = previewed(page, command.clone());
    let submitting = Submitting::new(page, t.reactivated_toast());
    let title = derived(move || {
        let held = page.held.read();
        t.reactivate_title(&words::licenses(t, held.quantity), held.nickname.as_str())
    });
    let request = request();
    let submitted = Callback::new(move |()| {
        if let Some(request) = request.clone() {
            let ask = Ask::to_do(request).on_revision(page.revision());
            submitting.submit(t, command.clone(), ask);
        }
    });
    let closed = Callback::new(move |()| page.open.set(None));
    let blocked =
        derived(move || submitting.is_pending() || preview.get().is_some_and(|of| of.is_err()));
    let actions = move || {
        view! { <DialogButtons page=page act=t.submit() blocked=blocked/> }
    };
    let renews = held.term.ends_on().filter(|_| held.term.auto_renews());
    let effects = live(move || {
        preview.get().map(|preview| match preview {
            Ok(done) => view! {
                <dl class="effects">
                    {line(t.users(), t.effect_users_back().into())}
                    {line(t.add_ons(), names(t, page, &done.effects))}
                    {line(t.money(), cost(t, page, &done.effects))}
                    {renews.map(|day| line(t.renewal(), t.effect_renewal(&date(t, day))))}
                </dl>
            },
            Err(why) => view! {
                <div class="note note--danger" role="alert">
                    <Icon name="i-warning"/><p>{words::failure(t, &why)}</p>
                </div>
            },
        })
    });
    view! {
        <Dialog title=title closed=closed submitted=submitted actions=actions>
            {effects}
            {failure_note(submitting.failed())}
        </Dialog>
    }
}
