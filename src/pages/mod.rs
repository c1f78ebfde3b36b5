//! The screens, one file each.

mod account;
mod activity;
mod changes;
mod customer;
mod customers;
mod new_customer;
mod offers;
mod problem;
mod settings;
mod subscription;
mod wizard;

pub use account::Account;
pub use activity::Activity;
pub use changes::{Changes, giving_up};
pub use customer::{Customer, save as save_subscriptions};
pub use customers::{Customers, FirstPage, save as save_customers, saved};
pub use new_customer::NewCustomer;
pub use offers::Offers;
pub use problem::NotFound;
pub use settings::Settings;
pub use subscription::Subscription;
pub use wizard::NewSubscription;
