//! A script written for Partner Center works against the service (`tests/partner_center.py`).

#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on has failed")]

mod support;

use std::process::Command;
use support::service::Service;

#[test]
fn a_script_written_for_partner_center_works() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--demo-data", "--demo-customers", "20"]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/partner_center.py");
    let outcome = Command::new("python3").args([script, &service.url]).output().unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
}
