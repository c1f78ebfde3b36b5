//! Asks the service whatever its own description allows, and holds the answers against it.

use crate::command::{Watched, watch};
use crate::place;
use crate::server::{self, Running};
use crate::tools::Schemathesis;
use anyhow::Result;
use std::fs;
use std::path::Path;

/// What is held: no answer is a mistake of ours, and each is one that the description knows.
/// Whether nonsense is refused is not asked, since reading is tolerant (domain.md §2.2).
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// A customer of the demo with subscriptions in every state, so that requests get past "not
/// found".
const CUSTOMER: &str = "5d5d0000-0000-4000-8002-000000000000";

/// An active subscription of that customer.
const SUBSCRIPTION: &str = "5d5d0000-0000-4000-8002-000000000004";

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
    let more = ["--demo-data", "--demo-customers", "0"];
    let (program, file) = (server::build()?, folder.join("desk.sqlite"));
    let service = Running::start(&program, &file, &more, "Loaded")?;
    let mut asking = tool.command();
    asking.arg("--config-file").arg(&config);
    asking.arg("run").arg(format!("http://{}/openapi.json", service.address));
    asking.args(["--header", "Authorization: Bearer demo:admin_agent", "--checks", CHECKS]);
    // Its answer goes on for ten minutes; server/tests/events.rs holds it.
    asking.args(["--exclude-path", "/v1/events"]);
    asking.args(["--max-examples", "40", "--no-color"]).current_dir(&folder);
    watch(&mut asking, log)
}
