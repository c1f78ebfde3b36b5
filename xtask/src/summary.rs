//! What the test programs said, in numbers.

use anyhow::{Context, Result};
use serde_json::Value;
use std::fmt::Write as _;

/// How many tests passed, failed and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tests {
    /// Held.
    pub passed: u64,
    /// Did not.
    pub failed: u64,
    /// Not run, by their own decision.
    pub skipped: u64,
}

impl Tests {
    /// Adds the `test result:` lines of Rust's test programs.
    pub fn from_libtest(output: &str) -> Self {
        output.lines().filter_map(result_line).fold(Self::default(), |all, one| Self {
            passed: all.passed + one.passed,
            failed: all.failed + one.failed,
            skipped: all.skipped + one.skipped,
        })
    }

    /// Reads the statistics of Playwright's report. One that passed at its second try, which only an
    /// unattended run gives, has passed; Playwright's own list names it as flaky.
    pub fn from_playwright(report: &str) -> Result<Self> {
        let report: Value =
            serde_json::from_str(report).context("Playwright's report is no JSON")?;
        let stats = report.get("stats").context("Playwright's report has no statistics")?;
        let count = |name| stats.get(name).and_then(Value::as_u64).unwrap_or_default();
        Ok(Self {
            passed: count("expected") + count("flaky"),
            failed: count("unexpected"),
            skipped: count("skipped"),
        })
    }
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`
fn result_line(line: &str) -> Option<Tests> {
    let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| {
        counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok())
    };
    Some(Tests { passed: count("passed")?, failed: count("failed")?, skipped: count("ignored")? })
}

/// One line of the table at the end.
#[derive(Debug)]
pub struct Row {
    /// The check.
    pub name: String,
    /// Whether it held.
    pub held: bool,
    /// Its tests, where it has any.
    pub tests: Option<Tests>,
    /// How long it took, as people read it.
    pub took: String,
}

/// The table and, as its last line, the sum: every test counts, and so does every other check.
pub fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or_default().max(5);
    let mut text = format!("{:width$}  result  {:>18}  {:>12}\n", "check", "tests passed", "time");
    let (mut passed, mut failed) = (0, 0);
    for row in rows {
        let tests = match row.tests {
            Some(Tests { passed, failed: 0, skipped: 0 }) => passed.to_string(),
            Some(Tests { passed, failed: 0, skipped }) => format!("{passed}, {skipped} skipped"),
            Some(Tests { passed, failed, .. }) => format!("{passed}, {failed} failed"),
            None => "–".to_owned(),
        };
        let result = if row.held { "ok" } else { "FAILED" };
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{:width$}  {result:6}  {tests:>18}  {:>12}", row.name, row.took);
        let (held, broken) = counted(row);
        passed += held;
        failed += broken;
    }
    text + &format!("{passed} passed, {failed} failed")
}

/// What a row adds to the sum. A check of tests that failed without a failed test did not get as
/// far as to run them: that is one failure.
fn counted(row: &Row) -> (u64, u64) {
    match row.tests {
        Some(tests) if row.held => (tests.passed, tests.failed),
        Some(tests) => (tests.passed, tests.failed.max(1)),
        None if row.held => (1, 0),
        None => (0, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rusts_result_lines_are_added() {
        let output = "running 3 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; \
                      0 filtered out; finished in 0.00s\n\ntest result: FAILED. 4 passed; 1 failed; \
                      0 ignored; 0 measured; 0 filtered out; finished in 0.10s\n";
        let expected = Tests { passed: 6, failed: 1, skipped: 1 };
        assert_eq!(Tests::from_libtest(output), expected);
        assert_eq!(Tests::from_libtest("error: could not compile"), Tests::default());
    }

    #[test]
    fn playwrights_report_is_read() {
        let report = r#"{"stats": {"expected": 7, "unexpected": 1, "flaky": 1, "skipped": 2}}"#;
        let expected = Tests { passed: 8, failed: 1, skipped: 2 };
        assert_eq!(Tests::from_playwright(report).unwrap(), expected);
        assert!(Tests::from_playwright("").is_err());
    }

    #[test]
    fn the_last_line_is_the_sum() {
        let row = |held, tests| Row { name: "x".into(), held, tests, took: "1 s".into() };
        let some = |passed, failed| Some(Tests { passed, failed, skipped: 0 });
        let sum = |rows: &[Row]| table(rows).lines().last().map(str::to_owned);
        let all_well = [row(true, None), row(true, some(40, 0))];
        assert_eq!(sum(&all_well).as_deref(), Some("41 passed, 0 failed"));
        let broken = [row(false, None), row(false, some(3, 2)), row(false, some(0, 0))];
        assert_eq!(sum(&broken).as_deref(), Some("3 passed, 4 failed"));
    }
}
