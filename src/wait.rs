//! Waiting: for two at a time, not too long, for what another waits for already.

use crate::view::prelude::*;
use js_sys::Promise;
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Has something done while whoever asks for it goes on. One way there for whatever is done, so that
/// each place that has something done does not bring the whole way of its own.
pub fn spawn_local(what: impl Future<Output = ()> + 'static) {
    begin(Box::pin(what));
}

#[inline(never)]
fn begin(what: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(what);
}

/// Waits for two answers at a time: on a slow network each way there and back counts.
pub async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(value) = one.as_mut().poll(context)
        {
            first = Some(value);
        }
        if second.is_none()
            && let Poll::Ready(value) = other.as_mut().poll(context)
        {
            second = Some(value);
        }
        match (first.take(), second.take()) {
            (Some(first), Some(second)) => Poll::Ready((first, second)),
            (one, other) => {
                (first, second) = (one, other);
                Poll::Pending
            }
        }
    })
    .await
}

/// Is over after a time; after none, once everything that is to be done now has been done.
pub fn after(time: Duration) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve, _| {
        let over = move || {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        };
        set_timeout(over, time);
    }))
}

/// What comes within a time; nothing if it takes longer, and it can be waited for further on.
pub async fn within<T>(time: Duration, mut what: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    let mut over = after(time);
    poll_fn(|context| match what.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => Pin::new(&mut over).poll(context).map(|_| None),
    })
    .await
}

/// Something that is done once at a time: whoever asks for it meanwhile waits with the first.
#[derive(Default)]
pub struct Once(Rc<RefCell<Option<Promise>>>);

impl Once {
    /// Does it, or waits until it is done.
    pub async fn run(&self, what: impl Future<Output = ()> + 'static) {
        let under_way = self.0.borrow().clone();
        let under_way = under_way.unwrap_or_else(|| {
            let slot = Rc::clone(&self.0);
            let begun = future_to_promise(async move {
                what.await;
                slot.take();
                Ok(JsValue::UNDEFINED)
            });
            self.0.replace(Some(begun.clone()));
            begun
        });
        let _over = JsFuture::from(under_way).await;
    }
}
