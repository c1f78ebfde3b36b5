//! A script written for Partner Center works against the service (`tests/partner_center.py`).

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn a_script_written_for_partner_center_works() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("desk.sqlite").display());
    let mut service = Command::new(env!("CARGO_BIN_EXE_subscription-desk-server"))
        .args(["--auth", "demo", "--demo-data", "--demo-customers", "20"])
        .args(["--listen", "127.0.0.1:0", "--database", &database])
        .env("DESK_LOG", "error")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(service.stderr.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    let address = first.split_whitespace().last().unwrap().trim_end_matches('/').to_owned();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/partner_center.py");
    let outcome = Command::new("python3").args([script, &address]).output();
    service.kill().unwrap();
    service.wait().unwrap();
    let outcome = outcome.unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
}
