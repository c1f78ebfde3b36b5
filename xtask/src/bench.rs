//! `cargo xtask bench server`: the service beside a bare axum service and a bare SQLite loop, all in
//! one run, because a figure means something only beside another one of the same machine.

use crate::args::Args;
use crate::command::{command, read, run};
use crate::server::{self, Running};
use crate::{place, say};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Connections of a load.
const CONNECTIONS: &str = "256";
/// Seconds of a load.
const SECONDS: &str = "5";
/// Seconds of a load that has its turn.
const TURN: &str = "3";
/// Turns of few customers and of many, the one after the other: a machine that is shared is slower
/// in one minute than in the next.
const TURNS: usize = 5;
/// Customers of the first database, the one the ratios are of.
const FEW: &str = "1000";
/// How the service grows.
const SIZES: [&str; 3] = ["10000", "100000", "1000000"];
const KINDS: [&str; 4] = ["read", "list", "order", "suspend"];
/// What must not become slow among many customers.
const GROWING: [&str; 3] = ["read", "order", "suspend"];

/// What a load came to.
struct Figures {
    requests: u64,
    rate: f64,
    p50: u64,
    p99: u64,
    refused: u64,
}

/// How many ask at once, and how often.
#[derive(Clone, Copy)]
enum Connections {
    /// As fast as they are answered.
    Many,
    /// So many requests in a second.
    ManyAt(f64),
    /// One.
    One,
}

struct Bench {
    programs: PathBuf,
    service: PathBuf,
    folder: PathBuf,
}

/// Runs it all; about five minutes.
pub fn bench(args: &mut Args) -> Result<()> {
    let few = args.flag("--few");
    let what = args.take_all();
    match what.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["screens"] => return crate::browser::measure(),
        ["offline"] => return crate::browser::measure_offline(),
        ["server"] => {}
        _ => {
            bail!("what is measured is one of: cargo xtask bench server, screens, offline")
        }
    }
    let service = server::build()?;
    let mut cargo = command("cargo");
    run(cargo.args(["build", "--release", "--package", "subscription-desk-bench"]))?;
    let folder = place::scratch().join("bench");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let bench = Bench { programs: place::target().join("release"), service, folder };
    let sizes = if few { &SIZES[..1] } else { &SIZES[..] };
    let table = bench.all(sizes)?;
    say::line("");
    say::line(&table);
    // Databases of a million customers are not what anybody wants to keep.
    let _ = fs::remove_dir_all(&bench.folder);
    Ok(())
}

impl Bench {
    fn program(&self, name: &str) -> std::process::Command {
        let mut program = command(self.programs.join(name));
        program.current_dir(&self.folder);
        program
    }

    fn fill(&self, name: &str, customers: &str, subscriptions: &str) -> Result<PathBuf> {
        let file = self.folder.join(name);
        say::step(&format!(
            "Filling {customers} customers with {subscriptions} subscriptions each"
        ));
        read(self.program("fill").arg(&file).args([customers, subscriptions]))?;
        Ok(file)
    }

    fn load(
        &self,
        address: &str,
        kind: &str,
        customers: &str,
        how: Connections,
    ) -> Result<Figures> {
        self.load_for(SECONDS, address, kind, customers, how)
    }

    fn load_for(
        &self,
        seconds: &str,
        address: &str,
        kind: &str,
        customers: &str,
        how: Connections,
    ) -> Result<Figures> {
        let mut load = self.program("load");
        let (connections, rate) = match how {
            Connections::Many => (CONNECTIONS, None),
            Connections::ManyAt(rate) => (CONNECTIONS, Some(format!("{rate:.0}"))),
            Connections::One => ("1", None),
        };
        load.args([address, kind, connections, seconds, customers]).args(rate);
        let said = read(&mut load).with_context(|| format!("the load `{kind}` failed"))?;
        let numbers: Vec<f64> = said.split_whitespace().flat_map(str::parse).collect();
        let [requests, a_second, p50, p99, refused] = numbers[..] else {
            bail!("the load `{kind}` said `{}`", said.trim());
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
        let count = |number: f64| number as u64;
        let (requests, refused) = (count(requests), count(refused));
        Ok(Figures { requests, rate: a_second, p50: count(p50), p99: count(p99), refused })
    }

    fn serve(&self, file: &Path) -> Result<Running> {
        Running::start(&self.service, file, &[], "listens on")
    }

    fn hello(&self) -> Result<Figures> {
        say::step("A bare axum service");
        let mut hello = self.program("hello").stdout(Stdio::piped()).spawn()?;
        let said = hello.stdout.take().context("it says nothing")?;
        let mut address = String::new();
        BufReader::new(said).read_line(&mut address)?;
        let figures = self.load(address.trim(), "hello", FEW, Connections::Many);
        hello.kill()?;
        hello.wait()?;
        figures
    }

    /// How much longer what must not become slow takes among many customers than among few.
    fn growth(&self, many: &Running, size: &str) -> Result<Vec<String>> {
        let file = self.fill("few.sqlite", FEW, "2")?;
        let few = self.serve(&file)?;
        let mut lines = Vec::new();
        for kind in GROWING {
            say::step(&format!("{kind}, {FEW} customers and {size} in turns"));
            let mut times = Vec::new();
            for _ in 0..TURNS {
                let rate = |at: &Running, size| {
                    let found = self.load_for(TURN, &at.address, kind, size, Connections::Many)?;
                    ensure!(found.refused == 0, "{} of `{kind}` were refused", found.refused);
                    Ok(found.rate)
                };
                times.push(rate(&few, FEW)? / rate(many, size)?);
            }
            lines.push(growth_line(kind, size, times));
        }
        Ok(lines)
    }

    fn all(&self, sizes: &[&str]) -> Result<String> {
        let hello = self.hello()?;
        say::step("A bare SQLite loop (10 s)");
        let raw = read(self.program("raw").arg(&self.folder))?;
        let raw: Vec<f64> = raw.split_whitespace().flat_map(str::parse).collect();
        let [_, alone, _, together] = raw[..] else { bail!("the loop said {raw:?}") };
        let mut table = vec![
            format!(
                "{:>10} {:>8} {:>10} {:>8} {:>8} {:>8} {:>8}",
                "customers", "what", "a second", "p50 ms", "p99 ms", "÷ hello", "÷ SQLite"
            ),
            line("", "hello", &hello, &hello, together),
            format!("{:>10} {:>8} {alone:>10.0}   one commit each", "", "SQLite"),
            format!("{:>10} {:>8} {together:>10.0}   a hundred in a commit", "", "SQLite"),
        ];
        let mut growth = Vec::new();
        for size in std::iter::once(&FEW).chain(sizes) {
            let file = self.fill(&format!("{size}.sqlite"), size, "2")?;
            let running = self.serve(&file)?;
            for kind in KINDS {
                say::step(&format!("{kind}, {size} customers"));
                let before = orders(&file)?;
                let found = self.load(&running.address, kind, size, Connections::Many)?;
                ensure!(found.refused == 0, "{} of `{kind}` were refused", found.refused);
                table.push(line(size, kind, &found, &hello, together));
                if kind == "order" {
                    // Those that were acknowledged are those that are there.
                    let there = orders(&file)? - before;
                    ensure!(there == found.requests, "{there} orders for {}", found.requests);
                }
                if *size == FEW {
                    let half = self.load(
                        &running.address,
                        kind,
                        size,
                        Connections::ManyAt(found.rate / 2.0),
                    )?;
                    table.push(line("", "at half", &half, &hello, together));
                }
            }
            if sizes.last() == Some(size) {
                growth = self.growth(&running, size)?;
            }
            drop(running);
            let _ = fs::remove_file(&file);
        }
        let file = self.fill("one.sqlite", "1", "10000")?;
        let running = self.serve(&file)?;
        for kind in ["read", "order", "suspend"] {
            say::step(&format!("{kind}, one customer with 10,000 subscriptions"));
            let found = self.load(&running.address, kind, "1", Connections::One)?;
            table.push(line("1", kind, &found, &hello, together) + "  one connection");
        }
        table.extend(growth);
        Ok(table.join("\n"))
    }
}

/// How often the one takes what the other takes, in each of their turns: the one in the middle, and
/// all.
fn growth_line(kind: &str, size: &str, mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let middle = times.get(times.len() / 2).copied().unwrap_or(f64::NAN);
    let all: Vec<String> = times.iter().map(|times| format!("{times:.2}")).collect();
    format!(
        "{size:>10} {kind:>8} {middle:>10.2}   times that of {FEW}, in turns: {}",
        all.join(" ")
    )
}

/// A line of the table.
fn line(size: &str, kind: &str, found: &Figures, hello: &Figures, sqlite: f64) -> String {
    format!(
        "{size:>10} {kind:>8} {:>10.0} {:>8} {:>8} {:>8.3} {:>8.3}",
        found.rate,
        ms(found.p50),
        ms(found.p99),
        found.rate / hello.rate,
        found.rate / sqlite
    )
}

fn ms(micros: u64) -> String {
    format!("{}.{:02}", micros / 1_000, micros % 1_000 / 10)
}

/// How many orders a database has.
fn orders(file: &Path) -> Result<u64> {
    let mut python = command("python3");
    python.arg("-c").arg(
        "import sqlite3, sys\n\
         print(sqlite3.connect(sys.argv[1]).execute('SELECT COUNT(*) FROM placed_order').fetchone()[0])",
    );
    Ok(read(python.arg(file))?.trim().parse()?)
}
