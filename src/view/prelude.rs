//! What nearly every screen and part needs: views, and the signals of Leptos.

pub use super::{Children, CollectView, IntoView, Slot, View, each};
pub use leptos::component;
pub use leptos::prelude::{
    Callable, Callback, Effect, Get, GetUntracked, GetValue, IsDisposed, LocalStorage, Memo,
    NodeRef, Notify, Read, ReadSignal, ReadUntracked, RwSignal, Set, SetValue, Signal, StoredValue,
    Track, Trigger, Update, UpdateValue, With, WithUntracked, WithValue, document, event_target,
    event_target_checked, event_target_value, expect_context, on_cleanup, provide_context,
    request_animation_frame, set_timeout, untrack, use_context, window, window_event_listener,
};
pub use subscription_view_macro::view;
