//! The real service, a process of its own, and a client for it.

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

pub struct Service {
    pub url: String,
    process: Child,
}

impl Service {
    /// Starts it with demo sign-in on a file in the folder, and waits until it says where it is.
    pub fn start(folder: &Path, more: &[&str]) -> Self {
        let database = format!("sqlite:{}", folder.join("desk.sqlite").display());
        Self::with(&["--auth", "demo", "--database", &database, "--listen", "127.0.0.1:0"], more)
    }

    pub fn with(options: &[&str], more: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_subscription-desk-server"))
            .args(options)
            .args(more)
            .env("DESK_LOG", "error")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let first = said.next().unwrap().unwrap();
        let url = first.split_whitespace().last().unwrap().trim_end_matches('/').to_owned();
        assert!(url.starts_with("http://"), "{first}");
        // What it says later must go somewhere, or it would stop to wait for us.
        std::thread::spawn(move || said.for_each(drop));
        Self { url, process }
    }

    /// Waits until it takes requests.
    pub async fn ready(self) -> Self {
        let client = Client::new();
        loop {
            let answer = client.get(format!("{}/readyz", self.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return self;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Ends it as a power cut would: it gets no word.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Tells it to stop.
    pub fn tell_to_stop(&self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(&mut self) -> std::process::ExitStatus {
        self.tell_to_stop();
        self.process.wait().unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may be gone already.
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// A request as a partner's admin agent.
pub fn as_admin(request: RequestBuilder) -> RequestBuilder {
    request.header("authorization", "Bearer demo:admin_agent")
}

/// What an admin agent's request is answered.
pub async fn sent(request: RequestBuilder) -> (u16, Value) {
    let answer = as_admin(request).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// A customer to add, one of many.
pub fn customer(number: u32) -> Value {
    json!({
        "companyProfile": { "domain": format!("c{number}.example.com"), "companyName": format!("Company {number}") },
        "billingProfile": {
            "firstName": "Kim", "lastName": "Akers", "email": "kim@example.com",
            "defaultAddress": {
                "country": "US", "city": "Springfield", "state": "IL",
                "addressLine1": "1 Main Street", "postalCode": "62701",
            },
        },
    })
}

/// The ID of one that was added.
pub async fn added(client: &Client, url: &str, number: u32) -> String {
    let (status, added) =
        sent(client.post(format!("{url}/v1/customers")).json(&customer(number))).await;
    assert_eq!(status, 201, "{added}");
    added["id"].as_str().unwrap().to_owned()
}

/// The address of one that was added.
pub async fn added_at(client: &Client, url: &str) -> String {
    format!("{url}/v1/customers/{}", added(client, url, 1).await)
}

/// An order of one line that was placed at this address.
pub async fn placed(client: &Client, orders: &str, order: &Value) -> Value {
    let (status, order) = sent(client.post(orders).json(order)).await;
    assert_eq!(status, 201, "{order}");
    order
}
