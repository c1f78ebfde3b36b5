//! Customers as scripts and SDKs written for Partner Center treat them (domain.md §2.3, §2.4).

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

mod support;

use reqwest::Client;
use serde_json::{Value, json};
use support::service::{Service, added, as_admin, customer, sent};
use tempfile::TempDir;

struct Desk {
    client: Client,
    service: Service,
    /// Goes with it.
    _folder: TempDir,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::start(folder.path(), &[]).ready().await;
        Self { client: Client::new(), service, _folder: folder }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/v1{path}", self.service.url)
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        sent(self.client.get(self.url(path))).await
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        sent(self.client.post(self.url(path)).json(body)).await
    }

    async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        sent(self.client.put(self.url(path)).json(body)).await
    }

    /// Where the profile of a new customer is.
    async fn profile(&self) -> String {
        let id = added(&self.client, &self.service.url, 1).await;
        format!("/customers/{id}/profiles/billing")
    }
}

/// A body with another value at a place.
fn with(mut body: Value, place: &str, value: &str) -> Value {
    *body.pointer_mut(place).unwrap() = json!(value);
    body
}

/// Status, name and field of a refusal.
fn refusal((status, body): &(u16, Value)) -> (u16, &str, &str) {
    (*status, body["name"].as_str().unwrap(), body["field"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_country_tells_what_an_address_in_it_is_held_against() {
    let desk = Desk::new().await;
    let (status, us) = desk.get("/countryvalidationrules/us").await;
    assert_eq!((status, us["isStateRequired"].as_bool()), (200, Some(true)));
    assert!(us["supportedStatesList"].as_array().unwrap().contains(&json!("WA")));
    let (status, de) = desk.get("/countryvalidationrules/DE").await;
    assert_eq!(
        (status, &de["defaultCulture"], &de["postalCodeRegex"]),
        (200, &json!("de-DE"), &json!(r"^\d{5}$"))
    );
    let unknown = desk.get("/countryvalidationrules/ZZ").await;
    assert_eq!(refusal(&unknown), (400, "INVALID_INPUT", "country"));

    let address = customer(1)["billingProfile"]["defaultAddress"].clone();
    let (status, checked) = desk.post("/validations/address", &address).await;
    assert_eq!((status, &checked["originalAddress"]), (200, &address));
    assert_eq!(checked["suggestedAddresses"], json!([]));
    for (field, wrong) in [("country", "ZZ"), ("state", "XX"), ("postalCode", "abc"), ("city", "")]
    {
        let address = with(address.clone(), &format!("/{field}"), wrong);
        let checked = desk.post("/validations/address", &address).await;
        assert_eq!(refusal(&checked), (400, "INVALID_INPUT", field));
        // A customer is held against the same.
        let place = format!("/billingProfile/defaultAddress/{field}");
        let asked = desk.post("/customers", &with(customer(1), &place, wrong)).await;
        assert_eq!(refusal(&asked), (400, "INVALID_INPUT", field));
    }
    let profile = desk.profile().await;
    let (_, held) = desk.get(&profile).await;
    let moved = with(held, "/defaultAddress/state", "XX");
    assert_eq!(refusal(&desk.put(&profile, &moved).await), (400, "INVALID_INPUT", "state"));
}

#[tokio::test]
async fn the_whole_profile_is_kept_and_replaced() {
    let desk = Desk::new().await;
    let mut asked = customer(1);
    let billing = asked["billingProfile"].as_object_mut().unwrap();
    // As the documents write it: the names in the address alone.
    billing.insert("firstName".into(), Value::Null);
    billing.remove("lastName");
    billing.insert("culture".into(), json!("en-US"));
    billing.insert("language".into(), json!("en"));
    let more = json!({
        "addressLine2": "Suite 2", "firstName": "Tania", "lastName": "Carr",
        "phoneNumber": "4255550101",
    });
    let address = billing["defaultAddress"].as_object_mut().unwrap();
    address.extend(more.as_object().unwrap().clone());
    let whole = billing["defaultAddress"].clone();
    let (status, added) = desk.post("/customers", &asked).await;
    assert_eq!((status, added.get("userCredentials")), (201, None), "none would open anything");
    let path = format!("/customers/{}/profiles/billing", added["id"].as_str().unwrap());
    let (_, held) = desk.get(&path).await;
    assert_eq!(held["defaultAddress"], whole);
    assert_eq!((&held["firstName"], &held["lastName"]), (&json!("Tania"), &json!("Carr")));
    assert_eq!((&held["culture"], &held["language"]), (&json!("en-US"), &json!("en")));

    // What is changed changes, and all else stays.
    let moved = with(held.clone(), "/defaultAddress/addressLine2", "Suite 3");
    let (status, moved) = desk.put(&path, &moved).await;
    assert_eq!((status, &moved["defaultAddress"]["addressLine2"]), (200, &json!("Suite 3")));
    assert_eq!(moved["defaultAddress"]["phoneNumber"], "4255550101");
    assert_eq!(moved["culture"], "en-US");
    // What is left out is gone.
    let mut bare = moved;
    bare.as_object_mut().unwrap().remove("culture");
    bare["defaultAddress"].as_object_mut().unwrap().remove("addressLine2");
    let (status, bare) = desk.put(&path, &bare).await;
    assert_eq!((status, bare.get("culture")), (200, None));
    assert_eq!(bare["defaultAddress"].get("addressLine2"), None);
    let long = with(held, "/defaultAddress/addressLine2", &"x".repeat(201));
    assert_eq!(refusal(&desk.put(&path, &long).await).1, "ETAG_STALE", "it has moved on");
    let long = with(asked, "/billingProfile/defaultAddress/addressLine2", &"x".repeat(201));
    let long = with(long, "/companyProfile/domain", "long.example.com");
    let refused = desk.post("/customers", &long).await;
    assert_eq!(refusal(&refused), (400, "INVALID_INPUT", "addressLine2"));
}

#[tokio::test]
async fn a_stale_profile_takes_the_place_of_no_newer_one() {
    let desk = Desk::new().await;
    let path = desk.profile().await;
    let (_, first) = desk.get(&path).await;
    let etag = first["attributes"]["etag"].as_str().unwrap();
    let second = with(first.clone(), "/lastName", "Ek");
    let put = |body: &Value, header: Option<&str>, request: &str| {
        let put = desk.client.put(desk.url(&path)).json(body).header("ms-requestid", request);
        sent(match header {
            Some(etag) => put.header("if-match", format!("\"{etag}\"")),
            None => put,
        })
    };
    let (status, now) = put(&second, None, "second").await;
    assert_eq!((status, &now["lastName"]), (200, &json!("Ek")));
    assert_ne!(now["attributes"]["etag"], etag);
    assert_eq!(put(&second, None, "second").await, (200, now.clone()), "the same request, again");

    let third = with(first.clone(), "/lastName", "Ito");
    for header in [None, Some(etag)] {
        let late = put(&third, header, "late").await;
        assert_eq!(refusal(&late), (412, "ETAG_STALE", ""));
        assert_eq!(late.1["current"], now, "what it is now");
    }
    assert_eq!(desk.get(&path).await.1, now);
    let fresh = now["attributes"]["etag"].as_str();
    assert_eq!(put(&third, fresh, "third").await.0, 200, "the header counts, not the body");
    let mut bare = with(first, "/lastName", "Ek");
    bare.as_object_mut().unwrap().remove("attributes");
    assert_eq!(put(&bare, None, "fourth").await.0, 200, "no ETag, no condition");
}

/// Of many who edit one state at once, one gets through.
#[tokio::test]
async fn one_of_many_edits_of_one_state_is_taken() {
    let desk = Desk::new().await;
    let path = desk.profile().await;
    let (_, first) = desk.get(&path).await;
    let edits = (0..20).map(|number| {
        let body = with(first.clone(), "/lastName", &format!("Ek {number}"));
        let put = as_admin(desk.client.put(desk.url(&path)).json(&body));
        tokio::spawn(async move { put.send().await.unwrap().status().as_u16() })
    });
    let mut statuses = Vec::new();
    for edit in edits.collect::<Vec<_>>() {
        statuses.push(edit.await.unwrap());
    }
    statuses.sort_unstable();
    let expected: Vec<u16> = [200].into_iter().chain([412; 19]).collect();
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn a_domain_is_one_customers() {
    let desk = Desk::new().await;
    let exists = async |domain: &str| {
        let request = desk.client.head(desk.url(&format!("/domains/{domain}")));
        as_admin(request).send().await.unwrap().status().as_u16()
    };
    assert_eq!(exists("c1.example.com").await, 404);
    added(&desk.client, &desk.service.url, 1).await;
    assert_eq!((exists("c1.example.com").await, exists("C1.Example.COM").await), (200, 200));
    assert_eq!((exists("c1.example.co").await, exists("no domain").await), (404, 400));
    let again = with(customer(2), "/companyProfile/domain", "C1.Example.COM");
    let refused = desk.post("/customers", &again).await;
    assert_eq!(refusal(&refused), (409, "DOMAIN_TAKEN", "domain"));
    let request = desk.client.head(desk.url("/domains/c1.example.com"));
    let other = request.header("authorization", "Bearer demo:admin_agent@acme");
    assert_eq!(other.send().await.unwrap().status().as_u16(), 404, "another partner's is nobody's");
}

/// Of many who add one domain at once, one gets through.
#[tokio::test]
async fn one_of_many_customers_with_one_domain_is_added() {
    let desk = Desk::new().await;
    let adding = (0..20).map(|number| {
        let body = with(customer(number), "/companyProfile/domain", "one.example.com");
        let post = as_admin(desk.client.post(desk.url("/customers")).json(&body));
        tokio::spawn(async move { post.send().await.unwrap().status().as_u16() })
    });
    let mut statuses = Vec::new();
    for one in adding.collect::<Vec<_>>() {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    let expected: Vec<u16> = [201].into_iter().chain([409; 19]).collect();
    assert_eq!(statuses, expected);
    assert_eq!(desk.get("/customers").await.1["totalCount"], 1);
}

/// domain.md §2.3 names the fields; nobody sells through an indirect reseller here.
#[tokio::test]
async fn a_list_by_indirect_reseller_is_empty() {
    let desk = Desk::new().await;
    added(&desk.client, &desk.service.url, 1).await;
    for field in ["IndirectReseller", "IndirectCloudSolutionProvider"] {
        let filter = json!({ "Field": field, "Value": "1", "Operator": "starts_with" }).to_string();
        let filter: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let (status, list) = desk.get(&format!("/customers?filter={filter}")).await;
        assert_eq!((status, &list["totalCount"], &list["items"]), (200, &json!(0), &json!([])));
    }
}
