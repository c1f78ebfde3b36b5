//! `/v1/desk/{question}`: what the screens ask. They speak in records (`usecases::record`), the
//! form in which tabs talk to each other, so that the browser needs no second set of shapes and a
//! failure arrives as the very value it was. Everybody else uses the addresses of the vendor.

use crate::call::Call;
use crate::desk::Desk;
use crate::fault::Fault;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use subscription_api::RequestFault;
use subscription_rules::CustomerId;
use subscription_usecases::{
    Answer, Ask, Command, Failure, MOST_COMMANDS, NotAnswered, Question, Reply, StoreError, record,
};

/// Says on both sides of which form the record is.
const FORM: HeaderName = HeaderName::from_static(record::FORM);

/// What a database or a library says of a failure is for the log, not for clients.
fn conceal(failure: &mut Failure) {
    if let Failure::Store(error) = failure {
        match error {
            StoreError::Stale => {}
            StoreError::Unavailable(why) => "it does not answer".clone_into(why),
            StoreError::Damaged(why) => "the server's log says which".clone_into(why),
        }
    }
}

/// A failure inside an answer, which no status tells of: told to the log and counted here.
fn told_inside(failure: &mut Failure) {
    if matches!(failure, Failure::Store(_)) {
        let _counted = Fault::from(failure.clone()).into_response();
        conceal(failure);
    }
}

fn told(answer: &mut Answer) {
    if let Answer::Placed(placed) = answer {
        for failure in placed.iter_mut().filter_map(|placed| placed.outcome.as_mut().err()) {
            told_inside(failure);
        }
    }
}

/// Commands that came together are a request each for the limit (domain.md §2.6). From the first
/// that is one too many on they are taken out; how many, and the seconds to wait.
fn held_back(desk: &Desk, call: &Call, question: &mut Question) -> Option<(usize, u32)> {
    let (Some(limit), Question::Commands(commands)) = (&desk.limit, question) else { return None };
    commands.truncate(MOST_COMMANDS);
    let late = |(command, _): &(Command, Ask)| {
        let customer = command.customer().map(CustomerId::as_str);
        limit.count_about(&call.caller.partner.id, customer).err()
    };
    let (place, wait) =
        commands.iter().enumerate().find_map(|(place, each)| Some((place, late(each)?)))?;
    let count = commands.len() - place;
    commands.truncate(place);
    Some((count, u32::try_from(wait).unwrap_or(u32::MAX)))
}

pub(super) async fn ask(State(desk): State<Desk>, call: Call) -> super::Reply {
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
    let mut question: Question =
        record::read(&text).ok_or_else(|| Fault::malformed("this is no record of a question"))?;
    let held_back = held_back(&desk, &call, &mut question);
    let mut outcome = question.answer(&desk.store, &call.caller).await;
    if let (Ok(Reply::Answers(answers)), Some((count, wait))) = (&mut outcome, held_back) {
        let busy = Failure::NotAnswered(NotAnswered::Busy(wait));
        answers.extend(std::iter::repeat_n(Err(busy), count));
    }
    let fault = outcome.as_ref().err().map(|failure| Fault::from(failure.clone()));
    match &mut outcome {
        Ok(Reply::Answer(answer)) => told(answer),
        Ok(Reply::Answers(answers)) => {
            for answer in answers {
                match answer {
                    Ok(answer) => told(answer),
                    Err(failure) => told_inside(failure),
                }
            }
        }
        Ok(_) => {}
        Err(failure) => conceal(failure),
    }
    let text = record::written(&outcome).ok_or(RequestFault::Internal)?;
    let mut response: Response = match fault {
        None => text.into_response(),
        Some(fault) => {
            let mut response = fault.into_response();
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
