//! Every write as a value, so that it can be passed from one tab to another, or kept for later,
//! and carried out by the same functions.

use crate::orders::{self, Placed};
use crate::{Ask, Caller, Done, Failure, RequestId, Store, customers, subscriptions};
use serde::{Deserialize, Serialize};
use subscription_rules::{
    BillingCycle, Conversion, CustomerDraft, CustomerId, Line, Nickname, Qualifications, Quantity,
    SubscriptionId, Suspend,
};

/// Something a person asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[expect(missing_docs, reason = "each is the function of the same name with its arguments")]
pub enum Command {
    AddCustomer { draft: CustomerDraft },
    SetQualifications { customer: CustomerId, to: Qualifications },
    RemoveRelationship { customer: CustomerId },
    Place { customer: CustomerId, cycle: BillingCycle, lines: Vec<Line> },
    BuyAddOn { customer: CustomerId, subscription: SubscriptionId, line: Line },
    ChangeQuantity { customer: CustomerId, subscription: SubscriptionId, to: Quantity },
    Rename { customer: CustomerId, subscription: SubscriptionId, to: Nickname },
    Suspend { customer: CustomerId, subscription: SubscriptionId, why: Suspend },
    Reactivate { customer: CustomerId, subscription: SubscriptionId },
    Cancel { customer: CustomerId, subscription: SubscriptionId, why: Suspend },
    Convert { customer: CustomerId, subscription: SubscriptionId, to: Conversion },
}

/// What a command came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// One thing was done.
    Done(Done),
    /// A submit became these orders.
    Placed(Vec<Placed>),
}

/// The subscription of a command, borrowed as the command is.
macro_rules! subscription_of {
    ($command:expr) => {
        match $command {
            Self::AddCustomer { .. }
            | Self::SetQualifications { .. }
            | Self::RemoveRelationship { .. }
            | Self::Place { .. } => None,
            Self::BuyAddOn { subscription, .. }
            | Self::ChangeQuantity { subscription, .. }
            | Self::Rename { subscription, .. }
            | Self::Suspend { subscription, .. }
            | Self::Reactivate { subscription, .. }
            | Self::Cancel { subscription, .. }
            | Self::Convert { subscription, .. } => Some(subscription),
        }
    };
}

impl Command {
    /// Whose account it is about; none while a customer is only being added.
    pub const fn customer(&self) -> Option<&CustomerId> {
        match self {
            Self::AddCustomer { .. } => None,
            Self::SetQualifications { customer, .. }
            | Self::RemoveRelationship { customer }
            | Self::Place { customer, .. }
            | Self::BuyAddOn { customer, .. }
            | Self::ChangeQuantity { customer, .. }
            | Self::Rename { customer, .. }
            | Self::Suspend { customer, .. }
            | Self::Reactivate { customer, .. }
            | Self::Cancel { customer, .. }
            | Self::Convert { customer, .. } => Some(customer),
        }
    }

    /// The subscription it changes, or under which it buys an add-on; none where it makes new ones
    /// or is about the customer alone.
    pub const fn subscription(&self) -> Option<&SubscriptionId> {
        subscription_of!(self)
    }

    /// The same, to be another one.
    pub const fn subscription_mut(&mut self) -> Option<&mut SubscriptionId> {
        subscription_of!(self)
    }

    /// The subscriptions that it makes under a name, as one order.
    pub fn makes(&self, request: &RequestId) -> Vec<SubscriptionId> {
        let lines = match self {
            Self::Place { lines, .. } => lines.len(),
            Self::BuyAddOn { .. } => 1,
            _ => 0,
        };
        request.order_ids(lines).map(|ids| ids.subscriptions).unwrap_or_default()
    }

    /// Carries it out by the function of the same name.
    pub async fn carry_out<S: Store>(
        &self,
        store: &S,
        caller: &Caller,
        ask: &Ask,
    ) -> Result<Answer, Failure> {
        let done = match self {
            Self::AddCustomer { draft } => customers::add(store, caller, draft, ask).await,
            Self::SetQualifications { customer, to } => {
                customers::set_qualifications(store, caller, customer, *to, ask).await
            }
            Self::RemoveRelationship { customer } => {
                customers::remove_relationship(store, caller, customer, ask).await
            }
            Self::Place { customer, cycle, lines } => {
                let placed = orders::place(store, caller, customer, *cycle, lines, ask).await;
                return placed.map(Answer::Placed);
            }
            Self::BuyAddOn { customer, subscription, line } => {
                subscriptions::buy_add_on(store, caller, (customer, subscription), line, ask).await
            }
            Self::ChangeQuantity { customer, subscription, to } => {
                let of = (customer, subscription);
                subscriptions::change_quantity(store, caller, of, *to, ask).await
            }
            Self::Rename { customer, subscription, to } => {
                subscriptions::rename(store, caller, (customer, subscription), to, ask).await
            }
            Self::Suspend { customer, subscription, why } => {
                subscriptions::suspend(store, caller, (customer, subscription), why, ask).await
            }
            Self::Reactivate { customer, subscription } => {
                subscriptions::reactivate(store, caller, (customer, subscription), ask).await
            }
            Self::Cancel { customer, subscription, why } => {
                subscriptions::cancel(store, caller, (customer, subscription), why, ask).await
            }
            Self::Convert { customer, subscription, to } => {
                subscriptions::convert(store, caller, (customer, subscription), to, ask).await
            }
        };
        done.map(Answer::Done)
    }
}
