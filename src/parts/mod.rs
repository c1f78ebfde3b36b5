//! The pieces that screens are made of.

mod dialog;
pub mod fetched;
mod field;
mod icon;
pub mod live;
mod loaded;
mod pill;
mod shell;
pub mod table;
mod title;
mod toast;
mod virtual_rows;

pub use dialog::Dialog;
pub use field::{ErrorText, Field};
pub use icon::Icon;
pub use loaded::{Empty, Failed, HomeLink, SignInLink, Skeleton, Trouble, Troubled, loaded};
pub use pill::{Due, StatusPill};
pub use shell::{Shell, reload};
pub use title::{Crumb, Title};
pub use toast::{Toasting, Toasts, use_toasts};
pub use virtual_rows::{Spacer, VirtualRows, fill_window};
