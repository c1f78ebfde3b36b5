//! A real PostgreSQL of our own: on a private port, in a folder that goes with it.
//!
//! `POSTGRES_BIN` names the folder of its programs; without it the system's own are looked for.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A running server; it stops when nobody holds it any more.
pub struct Postgres {
    folder: tempfile::TempDir,
    port: u16,
    databases: AtomicU32,
}

static RUNNING: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());

/// The programs, the newest version first.
fn programs() -> PathBuf {
    if let Some(folder) = std::env::var_os("POSTGRES_BIN") {
        return folder.into();
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let mut folders: Vec<PathBuf> =
        versions.into_iter().flatten().flatten().map(|entry| entry.path().join("bin")).collect();
    folders.retain(|folder| folder.join("postgres").exists());
    folders.sort();
    folders.pop().expect("PostgreSQL is not installed: cargo xtask setup")
}

/// A program of PostgreSQL. It refuses to run as root, so there it runs as its own user.
fn program(name: &str, folder: &Path) -> Command {
    let path = programs().join(name);
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    });
    let mut command = if is_root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
        command
    } else {
        Command::new(path)
    };
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

impl Postgres {
    /// The server of this test program, started if none is running.
    pub fn shared() -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return server;
        }
        let server = Arc::new(Self::start());
        *running = Arc::downgrade(&server);
        server
    }

    /// A server for one test, which may stop it.
    pub fn start_alone() -> Self {
        Self::start()
    }

    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let user = Command::new("chown").arg("postgres").arg(folder.path()).output();
        // Without the right to do so it is ours already.
        drop(user);
        let data = folder.path().join("data");
        let mut init = program("initdb", folder.path());
        init.args(["--auth=trust", "--username=desk", "--no-sync", "--encoding=UTF8"]);
        run(init.arg("--locale=C.UTF-8").arg("--pgdata").arg(&data));
        // Free a moment ago; the next process to ask gets another one.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { folder, port, databases: AtomicU32::new(0) };
        server.control("start");
        server
    }

    /// Starts or stops it, and waits until it is.
    pub fn control(&self, what: &str) {
        let data = self.folder.path().join("data");
        let mut control = program("pg_ctl", self.folder.path());
        control.arg(what).arg("--wait").arg("--silent").arg("--pgdata").arg(&data);
        control.arg("--log").arg(self.folder.path().join("log"));
        if what == "start" {
            let sockets = self.folder.path().display();
            control.arg("--options").arg(format!(
                "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={sockets} -c fsync=off",
                self.port
            ));
        } else {
            control.args(["--mode", "immediate"]);
        }
        // Its own output would keep the pipe open for as long as the server runs.
        let status = control.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(status.success(), "{what}: {}", self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// A new, empty database; its address.
    pub fn database(&self) -> String {
        let name = format!("desk{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut create = program("createdb", self.folder.path());
        create.args(["--host", "127.0.0.1", "--port", &self.port.to_string()]);
        run(create.args(["--username", "desk", &name]));
        format!("postgres://desk@127.0.0.1:{}/{name}", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.control("stop");
    }
}
