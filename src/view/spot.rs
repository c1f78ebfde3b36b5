//! The spots of an element that a value goes into: attributes, properties, styles, events.

use super::View;
use leptos::prelude::RenderEffect;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement};

/// Where on the element.
#[derive(Clone, Copy)]
pub(super) enum Spot {
    Attribute,
    Property,
    Style,
}

/// What was put there last.
#[derive(PartialEq)]
enum Put {
    Nothing,
    Text(Box<str>),
    Flag(bool),
}

struct Target {
    spot: Spot,
    element: Element,
    name: &'static str,
    last: RefCell<Option<Put>>,
}

impl Target {
    fn put(&self, value: View) {
        match value {
            View::Text(text) => self.put_if_new(Put::Text(text.into())),
            View::Flag(flag) => self.put_if_new(Put::Flag(flag)),
            // A value that follows another one inside a value.
            View::Live(read) => self.put(read()),
            _ => self.put_if_new(Put::Nothing),
        }
    }

    fn put_if_new(&self, value: Put) {
        // A person changes properties too, so what is put there is held against what is there.
        let is_property = matches!(self.spot, Spot::Property);
        if !is_property && self.last.borrow().as_ref() == Some(&value) {
            return;
        }
        let Self { element, name, .. } = self;
        // The names are those of the source; a browser refuses none of them.
        let _ = match (self.spot, &value) {
            (Spot::Attribute, Put::Nothing | Put::Flag(false)) => element.remove_attribute(name),
            (Spot::Attribute, Put::Flag(true)) => element.set_attribute(name, ""),
            (Spot::Attribute, Put::Text(text)) => element.set_attribute(name, text),
            (Spot::Property, Put::Nothing) => set_property(element, name, &"".into()),
            (Spot::Property, Put::Flag(flag)) => set_property(element, name, &(*flag).into()),
            (Spot::Property, Put::Text(text)) => set_property(element, name, &(**text).into()),
            (Spot::Style, Put::Text(text)) => {
                element.unchecked_ref::<HtmlElement>().style().set_property(name, text)
            }
            (Spot::Style, Put::Nothing | Put::Flag(_)) => {
                element.unchecked_ref::<HtmlElement>().style().set_property(name, "")
            }
        };
        self.last.replace(Some(value));
    }
}

/// Sets a property, unless it is so already: setting a text moves the caret.
fn set_property(element: &Element, name: &str, value: &JsValue) -> Result<(), JsValue> {
    let name = name.into();
    if js_sys::Reflect::get(element, &name)? != *value {
        js_sys::Reflect::set(element, &name, value)?;
    }
    Ok(())
}

/// A value of an element, fixed or followed.
pub(super) struct Set {
    target: Rc<Target>,
    effect: Option<RenderEffect<()>>,
}

impl Set {
    pub fn start(spot: Spot, element: Element, name: &'static str, value: View) -> Self {
        let target = Rc::new(Target { spot, element, name, last: RefCell::new(None) });
        let mut set = Self { target, effect: None };
        set.become_value(value);
        set
    }

    pub fn become_value(&mut self, value: View) {
        self.effect = None;
        if let View::Live(read) = value {
            let target = Rc::clone(&self.target);
            let run: Box<dyn FnMut(Option<()>)> = Box::new(move |_| target.put(read()));
            self.effect = Some(RenderEffect::new(run));
        } else {
            self.target.put(value);
        }
    }
}

type Handler = Rc<dyn Fn(Event)>;

/// An event and what handles it now.
pub(super) struct Handled {
    element: Element,
    name: &'static str,
    handler: Rc<RefCell<Handler>>,
    listener: Closure<dyn FnMut(Event)>,
}

impl Handled {
    pub fn start(element: &Element, name: &'static str, handler: Handler) -> Self {
        let handler = Rc::new(RefCell::new(handler));
        let now = Rc::clone(&handler);
        let listener: Box<dyn FnMut(Event)> = Box::new(move |event| {
            // Handling one event may cause another of the same name.
            let handle = Rc::clone(&now.borrow());
            handle(event);
        });
        let listener = Closure::wrap(listener);
        let function = listener.as_ref().unchecked_ref();
        // Adding a listener fails only for an element that is none.
        let _ = element.add_event_listener_with_callback(name, function);
        Self { element: element.clone(), name, handler, listener }
    }

    pub fn become_handler(&self, handler: Handler) {
        self.handler.replace(handler);
    }
}

impl Drop for Handled {
    fn drop(&mut self) {
        let function = self.listener.as_ref().unchecked_ref();
        let _ = self.element.remove_event_listener_with_callback(self.name, function);
    }
}
