//! Who one is, which rules decide, and how the service is.

use super::Reply;
use crate::call::Call;
use crate::desk::Desk;
use crate::openapi::Faults;
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use subscription_rules::{DIGEST, PERMISSIONS, Permission, VERSION, permitted};
use subscription_usecases::{Failure, customers};

/// Who one is, and what one may do.
#[utoipa::path(
    get, path = "/v1/me",
    operation_id = "own_me", tag = "own",
    responses((status = 200, body = serde_json::Value), Faults),
)]
pub(super) async fn me(State(desk): State<Desk>, call: Call) -> Reply {
    let caller = &call.caller;
    let may = |permission: &Permission| permitted(caller.roles, *permission).is_ok();
    let permissions = PERMISSIONS.iter().map(|(permission, _)| permission);
    let count = match customers::count(&desk.store, caller).await {
        Ok(count) => Some(count),
        // Who may not see customers is told who one is all the same.
        Err(Failure::Refused(_)) => None,
        Err(failed) => return Err(failed.into()),
    };
    let me = json!({
        "user": caller.user,
        "roles": caller.roles,
        "permissions": permissions.filter(|permission| may(permission)).collect::<Vec<_>>(),
        "partner": {
            "id": caller.partner.id.as_str(), "name": caller.partner.name,
            "cloud": caller.partner.cloud, "country": caller.partner.country.as_str(),
            "currency": caller.partner.currency.as_str(),
        },
        "customerCount": count,
    });
    Ok(Json(me).into_response())
}

/// By which rules is decided.
#[utoipa::path(
    get, path = "/v1/rules",
    operation_id = "own_rules", tag = "own",
    responses((status = 200, body = serde_json::Value), Faults),
)]
pub(super) async fn rules(call: Call) -> Reply {
    let rules = json!({
        "version": VERSION, "digest": DIGEST.trim(), "policy": call.caller.policy,
    });
    Ok(Json(rules).into_response())
}

/// Tells the screens whom to ask and how people sign in (design.md §3).
pub(super) async fn config(State(desk): State<Desk>) -> Json<Value> {
    Json(json!({ "backend": "server", "signIn": desk.sign_in.word() }))
}

/// The process answers.
pub(super) async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The database answers, and what was to be loaded is there.
pub(super) async fn ready(State(desk): State<Desk>) -> Reply {
    desk.is_ready().await?;
    Ok(Json(json!({ "status": "ready" })).into_response())
}
