//! What the page around a panel is told, as `public/embed.d.ts` has it.

use crate::route::Route;
use serde::Serialize;
use subscription_rules::{Quantity, SuspensionReason};
use subscription_usecases::{Answer, Ask, Command, Failure, NotAnswered};

/// Where the panel is.
#[derive(Serialize)]
pub struct Place {
    address: String,
    view: &'static str,
    customer: Option<String>,
    subscription: Option<String>,
    replace: bool,
}

impl Place {
    /// Of a screen.
    pub fn of(route: &Route, replace: bool) -> Self {
        let (view, customer, subscription) = match route {
            Route::Customer(customer, _) => ("subscriptions", Some(customer), None),
            Route::NewSubscription(customer, _) => ("new", Some(customer), None),
            Route::Subscription(customer, held) => ("subscription", Some(customer), Some(held)),
            _ => ("customers", None, None),
        };
        let customer = customer.map(ToString::to_string);
        let subscription = subscription.map(ToString::to_string);
        Self { address: route.print(), view, customer, subscription, replace }
    }
}

/// Whether something typed is not submitted yet.
#[derive(Serialize)]
pub struct Unsaved {
    /// Whether.
    pub unsaved: bool,
}

/// An offer with its quantity.
#[derive(Serialize)]
struct Line {
    offer: String,
    quantity: u32,
}

/// What is about to be submitted.
#[derive(Serialize)]
pub struct Submission {
    action: &'static str,
    customer: String,
    subscription: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<SuspensionReason>,
    request: String,
}

/// What was submitted, and what came of it.
#[derive(Serialize)]
pub struct Submitted {
    #[serde(flatten)]
    submission: Submission,
    subscriptions: Vec<String>,
    orders: Vec<String>,
}

impl Submission {
    /// Of a command; none of those that a panel has no screen for.
    pub fn of(command: &Command, ask: &Ask) -> Option<Self> {
        let line = |line: &subscription_rules::Line| Line {
            offer: line.offer.to_string(),
            quantity: line.quantity.get(),
        };
        let about = |action, subscription: Option<&subscription_rules::SubscriptionId>| {
            Some(Self {
                action,
                customer: command.customer()?.to_string(),
                subscription: subscription.map(ToString::to_string),
                lines: Vec::new(),
                quantity: None,
                nickname: None,
                reason: None,
                request: ask.request.as_str().to_owned(),
            })
        };
        Some(match command {
            Command::Place { lines, .. } => {
                Self { lines: lines.iter().map(line).collect(), ..about("create", None)? }
            }
            Command::BuyAddOn { subscription, line: bought, .. } => {
                Self { lines: vec![line(bought)], ..about("create", Some(subscription))? }
            }
            Command::ChangeQuantity { subscription, to, .. } => {
                Self { quantity: Some(to.get()), ..about("change", Some(subscription))? }
            }
            Command::Rename { subscription, to, .. } => {
                let nickname = Some(to.as_str().to_owned());
                Self { nickname, ..about("change", Some(subscription))? }
            }
            Command::Convert { subscription, to, .. } => Self {
                quantity: to.quantity.map(Quantity::get),
                ..about("change", Some(subscription))?
            },
            Command::Suspend { subscription, why, .. } => {
                Self { reason: why.reason, ..about("suspend", Some(subscription))? }
            }
            Command::Cancel { subscription, why, .. } => {
                Self { reason: why.reason, ..about("cancel", Some(subscription))? }
            }
            Command::Reactivate { subscription, .. } => about("reactivate", Some(subscription))?,
            Command::AddCustomer { .. }
            | Command::SetQualifications { .. }
            | Command::RemoveRelationship { .. } => return None,
        })
    }

    /// The event by which the page hears that it was done.
    pub fn event(&self) -> &'static str {
        match self.action {
            "create" => "desk-subscription-created",
            "change" => "desk-subscription-changed",
            "suspend" => "desk-subscription-suspended",
            "reactivate" => "desk-subscription-reactivated",
            _ => "desk-subscription-cancelled",
        }
    }

    /// With what came of it. A submit of which no order was placed came to nothing.
    pub fn done(self, answer: &Answer) -> Option<Submitted> {
        let all: Vec<_> = match answer {
            Answer::Done(done) => vec![done],
            Answer::Placed(placed) => {
                placed.iter().filter_map(|part| part.outcome.as_ref().ok()).collect()
            }
        };
        if all.is_empty() {
            return None;
        }
        let subscriptions = all.iter().flat_map(|done| &done.subscriptions);
        let subscriptions = subscriptions.map(ToString::to_string).collect();
        let orders = all.iter().flat_map(|done| &done.orders).map(ToString::to_string).collect();
        Some(Submitted { submission: self, subscriptions, orders })
    }
}

/// Something that went wrong.
#[derive(Serialize)]
pub struct Wrong {
    name: &'static str,
    message: String,
}

impl Wrong {
    /// Of a failure.
    pub fn of(why: &Failure) -> Self {
        let name = match why {
            Failure::Refused(_) => "refused",
            Failure::Changed(_) | Failure::RequestIdReused => "changed",
            Failure::Store(_) => "store",
            Failure::HeldBack(_) => "held_back",
            Failure::NotAnswered(NotAnswered::Network) => "network",
            Failure::NotAnswered(NotAnswered::TimedOut | NotAnswered::Forgotten) => "timed_out",
            Failure::NotAnswered(NotAnswered::SignedOut) => "signed_out",
            Failure::NotAnswered(NotAnswered::Busy(_)) => "busy",
            Failure::NotAnswered(NotAnswered::OtherVersion) => "other_version",
            Failure::NotAnswered(NotAnswered::NotOurs) => "not_ours",
        };
        Self { name, message: why.to_string() }
    }
}
