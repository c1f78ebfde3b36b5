//! The events that views handle, each with the type of what it tells.

pub use leptos::ev::{
    Custom, CustomEvent, Event, EventDescriptor, FocusEvent, KeyboardEvent, MouseEvent,
    SubmitEvent, beforeunload, blur, change, click, input, keydown, online, popstate, scroll,
    submit,
};
use std::borrow::Cow;

/// A dialog that is to be left by Escape.
#[derive(Debug, Clone, Copy)]
#[expect(non_camel_case_types, reason = "named like the others, which are named like the events")]
pub struct cancel;

impl EventDescriptor for cancel {
    type EventType = Event;

    const BUBBLES: bool = false;

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("cancel")
    }

    fn event_delegation_key(&self) -> Cow<'static, str> {
        self.name()
    }
}
