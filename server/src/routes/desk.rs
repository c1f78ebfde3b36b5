//! `/v1/desk/{question}`: what the screens ask. They speak in records (`usecases::record`), the
//! form in which tabs talk to each other, so that the browser needs no second set of shapes and a
//! failure arrives as the very value it was. Everybody else uses the addresses of the vendor.

use super::Reply;
use crate::call::Call;
use crate::desk::Desk;
use crate::fault::Fault;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use subscription_api::RequestFault;
use subscription_usecases::{Question, record};

/// Says on both sides of which form the record is.
const FORM: HeaderName = HeaderName::from_static(record::FORM);

pub(super) async fn ask(State(desk): State<Desk>, call: Call) -> Reply {
    let form = record::form();
    if call.header(FORM.as_str()) != Some(&form) {
        return Err(RequestFault::OtherVersion.into());
    }
    let own = record::written(&(&call.caller.user, &call.caller.partner.id));
    if call.header(record::AS).is_some_and(|asks| Some(asks) != own.as_deref()) {
        return Err(RequestFault::AccessDenied.into());
    }
    // In a JSON string, because a form of another site can send no JSON.
    let text: String = call.body()?;
    let question: Question =
        record::read(&text).ok_or_else(|| Fault::malformed("this is no record of a question"))?;
    let outcome = question.answer(&desk.store, &call.caller).await;
    let text = record::written(&outcome).ok_or(RequestFault::Internal)?;
    let mut response: Response = match outcome {
        Ok(_) => text.into_response(),
        Err(failure) => {
            let mut response = Fault::from(failure).into_response();
            *response.body_mut() = text.into();
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    headers.insert(FORM, HeaderValue::from_str(&form).map_err(|_| RequestFault::Internal)?);
    Ok(response)
}
