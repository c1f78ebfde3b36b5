//! The states every screen has while what it shows is not there: loading, empty, failed, not
//! found, no permission.

use crate::history::{A, use_router};
use crate::later;
use crate::parts::fetched::Fetched;
use crate::parts::live::{effect, live};
use crate::parts::{Icon, reload};
use crate::route::Route;
use crate::stage::use_stage;
use crate::texts::{T, use_texts};
use crate::view::prelude::*;
use crate::words;
use subscription_rules::Refusal;
use subscription_usecases::{Failure, NotAnswered};

/// Shows a resource: a skeleton until it is there, then itself or what went wrong. While it is
/// read again the old one stays.
pub fn loaded<V, R>(resource: Fetched<V>, show: impl Fn(V) -> R + Send + 'static) -> View
where
    V: Clone + Send + Sync + 'static,
    R: IntoView + 'static,
{
    live(move || match resource.get() {
        None => view! { <Skeleton/> },
        Some(Ok(value)) => show(value).into_view(),
        Some(Err(why)) => {
            view! { <Failed why=why again=Callback::new(move |()| resource.refetch())/> }
        }
    })
}

/// Bars in the place of what is to come.
#[component]
pub fn Skeleton() -> View {
    let t = use_texts();
    let bar = |class: &'static str| view! { <span class=class></span> };
    view! {
        <div class="stack" aria-busy="true">
            <p class="sr" role="status">{t.loading()}</p>
            {bar("skeleton skeleton--half")}{bar("skeleton")}{bar("skeleton skeleton--some")}
            {bar("skeleton")}{bar("skeleton skeleton--some")}
        </div>
    }
}

/// A place with nothing in it: what it is for, and the first step.
#[component]
pub fn Empty(
    /// The icon's symbol.
    icon: &'static str,
    /// What is not here.
    #[prop(into)]
    title: String,
    /// Why, and what this place is for.
    #[prop(into)]
    text: String,
    /// The first step.
    #[prop(optional, into)]
    actions: Slot,
) -> View {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <h2>{title}</h2>
            <p class="lead">{text}</p>
            <div class="actions">{actions.show()}</div>
        </div>
    }
}

/// What went wrong with a whole screen, and the way out.
#[component]
pub fn Failed(
    /// What.
    why: Failure,
    /// Tries again.
    again: Callback<()>,
) -> View {
    let trouble = Trouble::of(use_texts(), &why);
    view! { <Troubled trouble=trouble again=again/> }
}

/// What went wrong, as it is shown. What comes before the first screen has no sentences for what
/// rules refuse; it asks for this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    kind: Kind,
    /// What went wrong, in a sentence or two.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The role may not.
    Role,
    /// Nobody may here.
    ViewOnly,
    /// What is asked for is not there.
    Refused,
    SignedOut,
    /// The page is of another version than the server.
    OtherVersion,
    NotLoaded,
}

impl Trouble {
    /// As somebody says it who knows all sentences.
    pub fn of(t: T, why: &Failure) -> Self {
        let kind = match why {
            Failure::Refused(Refusal::RoleNotAllowed { .. }) => Kind::Role,
            Failure::Refused(Refusal::ViewOnly) => Kind::ViewOnly,
            Failure::Refused(_) => Kind::Refused,
            Failure::NotAnswered(why) => return Self::not_answered(t, *why),
            Failure::Changed(_)
            | Failure::RequestIdReused
            | Failure::Store(_)
            | Failure::HeldBack(_) => Kind::NotLoaded,
        };
        Self { kind, text: words::failure(t, why) }
    }

    /// The server gave no answer.
    fn not_answered(t: T, why: NotAnswered) -> Self {
        let kind = match why {
            NotAnswered::SignedOut => Kind::SignedOut,
            NotAnswered::OtherVersion => Kind::OtherVersion,
            _ => Kind::NotLoaded,
        };
        Self { kind, text: words::not_answered(t, why) }
    }

    /// The same, also before the part is there that knows all sentences.
    pub async fn told(t: T, why: Failure) -> Self {
        match why {
            Failure::NotAnswered(why) => Self::not_answered(t, why),
            why => {
                let told = later::trouble(t, why).await;
                told.unwrap_or_else(|_| Self::not_answered(t, NotAnswered::Network))
            }
        }
    }
}

/// What went wrong with a whole screen, and the way out.
#[component]
pub fn Troubled(
    /// What.
    trouble: Trouble,
    /// Tries again.
    again: Callback<()>,
) -> View {
    let t = use_texts();
    let (stage, router) = (use_stage(), use_router());
    stage.name("");
    effect(move || stage.focus_heading());
    let Trouble { kind, text } = trouble;
    let (icon, title) = match kind {
        Kind::Role => ("i-user", t.no_permission()),
        Kind::ViewOnly => ("i-info", t.view_only()),
        Kind::Refused => ("i-search", t.not_found()),
        Kind::SignedOut => ("i-user", t.signed_out()),
        Kind::OtherVersion | Kind::NotLoaded => ("i-warning", t.not_loaded()),
    };
    let is_refused = matches!(kind, Kind::Role | Kind::ViewOnly | Kind::Refused);
    let class = if is_refused { "empty" } else { "empty empty--failed" };
    let way_out = if kind == Kind::SignedOut && stage.is_page() {
        view! { <SignInLink/> }
    } else if is_refused && !router.is_here(&router.home()) {
        view! { <HomeLink/> }
    } else {
        // Asking again does not help a page of another version than the server's.
        let reloads = kind == Kind::OtherVersion && stage.is_page();
        view! {
            <button
                class="btn btn--primary"
                type="button"
                on:click=move |_| if reloads { reload() } else { again.run(()) }
            >
                {t.load_again()}
            </button>
        }
    };
    let change_role = (kind == Kind::Role && router.shows(&Route::Settings)).then(|| {
        view! { <A to=Signal::stored(Route::Settings) class="btn">{t.change_role()}</A> }
    });
    view! {
        <div class=class>
            <Icon name=icon/>
            <h1 tabindex="-1">{title}</h1>
            <p class="lead">{text}</p>
            <div class="actions">{way_out}{change_role}</div>
        </div>
    }
}

/// Leads to where one begins.
#[component]
pub fn HomeLink() -> View {
    let t = use_texts();
    let home = use_router().home();
    let text = match home {
        Route::Customers(_) => t.show_customers(),
        _ => t.show_subscriptions(),
    };
    view! { <A to=Signal::stored(home) class="btn btn--primary">{text}</A> }
}

/// Leads to the sign-in and back to this screen. No link of ours: the server answers it.
#[component]
pub fn SignInLink() -> View {
    let t = use_texts();
    let back = js_sys::encode_uri_component(&crate::history::address());
    let to = format!("/sign-in?to={}", String::from(back));
    view! { <a class="btn btn--primary" href=to>{t.sign_in_now()}</a> }
}
