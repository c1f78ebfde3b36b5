//! Pages that are not ours, from an origin of their own, to try the panel in: the partner's portal
//! and one made with React (`tests/hosts/serve.js`).

use crate::command::command;
use crate::tools::for_hosts;
use crate::{place, say};
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Stdio};

/// The pages being served. They go with this.
pub struct Hosts {
    process: Child,
    /// The pages' server ends when this does.
    _stdin: Option<ChildStdin>,
    /// Where they are: `http://127.0.0.1:8601`.
    pub origin: String,
}

/// Serves them; says why not if that cannot be, since the desk itself needs none of it.
pub fn start(port: u16) -> Option<Hosts> {
    let started = try_start(port);
    if let Err(why) = &started {
        say::note(&format!("No pages of others to try the panel in: {why:#}"));
    }
    started.ok()
}

fn try_start(port: u16) -> Result<Hosts> {
    let mut node = command(for_hosts()?);
    node.arg("tests/hosts/serve.js").arg(port.to_string()).current_dir(place::root());
    node.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = node.spawn().context("they could not be started")?;
    let said = process.stdout.take().context("they say nothing")?;
    let stdin = process.stdin.take();
    let mut hosts = Hosts { process, _stdin: stdin, origin: String::new() };
    BufReader::new(said).read_line(&mut hosts.origin)?;
    hosts.origin.truncate(hosts.origin.trim_end().len());
    anyhow::ensure!(!hosts.origin.is_empty(), "port {port} is taken, or Node says why above");
    Ok(hosts)
}

impl Drop for Hosts {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// The addresses at which the panel of a desk can be tried. `sign_in` is what the pages' addresses
/// say of it.
pub fn welcome(desk: &str, hosts: Option<&Hosts>, sign_in: [&str; 2]) {
    say::line("The same as a panel in somebody else's page (docs/embedding.md):");
    say::line(&format!("  {desk}/portal/"));
    if let Some(Hosts { origin, .. }) = hosts {
        let [portal, react] = sign_in;
        say::line(&format!("  {origin}/portal/?page=customers&desk-origin={desk}&{portal}"));
        say::line(&format!("  {origin}/react/?desk={desk}&{react}"));
    }
    say::line("");
}
