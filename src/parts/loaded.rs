//! The states every screen has while what it shows is not there: loading, empty, failed, not
//! found, no permission.

use crate::history::{A, use_router};
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
    let t = use_texts();
    let (stage, router) = (use_stage(), use_router());
    stage.name("");
    effect(move || stage.focus_heading());
    let (icon, title) = heading(t, &why);
    let text = words::failure(t, &why);
    let is_refused = matches!(why, Failure::Refused(_));
    // Asking again does not help a page of another version than the server's.
    let is_old = why == Failure::NotAnswered(NotAnswered::OtherVersion);
    let is_role = matches!(why, Failure::Refused(Refusal::RoleNotAllowed { .. }));
    let class = if is_refused { "empty" } else { "empty empty--failed" };
    let signed_out = matches!(why, Failure::NotAnswered(NotAnswered::SignedOut));
    let way_out = if signed_out && stage.is_page() {
        view! { <SignInLink/> }
    } else if is_refused && !router.is_here(&router.home()) {
        view! { <HomeLink/> }
    } else {
        view! {
            <button
                class="btn btn--primary"
                type="button"
                on:click=move |_| if is_old && stage.is_page() { reload() } else { again.run(()) }
            >
                {t.load_again()}
            </button>
        }
    };
    let change_role = (is_role && router.shows(&Route::Settings)).then(|| {
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

fn heading(t: T, why: &Failure) -> (&'static str, &'static str) {
    match why {
        Failure::Refused(Refusal::RoleNotAllowed { .. }) => ("i-user", t.no_permission()),
        Failure::Refused(Refusal::ViewOnly) => ("i-info", t.view_only()),
        Failure::Refused(_) => ("i-search", t.not_found()),
        Failure::NotAnswered(NotAnswered::SignedOut) => ("i-user", t.signed_out()),
        Failure::Changed(_)
        | Failure::RequestIdReused
        | Failure::Store(_)
        | Failure::NotAnswered(_)
        | Failure::HeldBack(_) => ("i-warning", t.not_loaded()),
    }
}
