//! Asks the service whatever its own description allows, and holds the answers against it.

use crate::command::{Watched, command, watch};
use crate::tools::Schemathesis;
use crate::{place, server};
use anyhow::{Context, Result};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

/// What is held: no answer is a mistake of ours, and each is one that the description knows.
/// Whether nonsense is refused is not asked, since reading is tolerant (domain.md §2.2).
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// A customer of the demo with subscriptions in every state, so that requests get past "not
/// found".
const CUSTOMER: &str = "5d5d0000-0000-4000-8002-000000000000";

/// An active subscription of that customer.
const SUBSCRIPTION: &str = "5d5d0000-0000-4000-8002-000000000004";

struct Service {
    process: Child,
    url: String,
}

impl Service {
    fn start(folder: &Path) -> Result<Self> {
        let database = format!("sqlite:{}", folder.join("desk.sqlite").display());
        let mut process = command(server::build()?)
            .args(["--auth", "demo", "--listen", "127.0.0.1:0", "--demo-data"])
            .args(["--demo-customers", "0", "--database", &database])
            .env("DESK_LOG", "error")
            .stderr(Stdio::piped())
            .spawn()
            .context("the service could not be started")?;
        let said = process.stderr.take().context("the service says nothing")?;
        let mut lines = BufReader::new(said).lines();
        let mut url = None;
        // It says where it is first, and at last that its data are there.
        for line in lines.by_ref() {
            let line = line?;
            if let Some((_, address)) = line.split_once("listens on ") {
                url = Some(address.trim_end_matches('/').to_owned());
            }
            if line.starts_with("Loaded") {
                break;
            }
        }
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { process, url: url.context("the service does not say where it is")? })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// Runs it against a service of its own; what it said, and whether everything held.
pub fn test(tool: &Schemathesis, log: &Path) -> Result<Watched> {
    let folder = place::scratch().join("api");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let config = folder.join("schemathesis.toml");
    let parameters = format!(
        "[parameters]\n\"path.customer\" = \"{CUSTOMER}\"\n\"path.subscription\" = \"{SUBSCRIPTION}\"\n\
         \"path.country\" = \"US\"\n\"path.offer\" = \"796B6B5F-613C-4E24-A17C-EBA730D49C02\"\n"
    );
    fs::write(&config, parameters)?;
    let service = Service::start(&folder)?;
    let mut asking = tool.command();
    asking.arg("--config-file").arg(&config);
    asking.arg("run").arg(format!("{}/openapi.json", service.url));
    asking.args(["--header", "Authorization: Bearer demo:admin_agent", "--checks", CHECKS]);
    asking.args(["--max-examples", "40", "--no-color"]).current_dir(&folder);
    watch(&mut asking, log)
}
