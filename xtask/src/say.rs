//! Everything the commands print, in one place.
//!
//! Progress goes to standard output as well: these commands are read by people, and the last line
//! of `cargo xtask test` must be the last line of what was printed.
#![expect(clippy::print_stdout, reason = "printing is what this module is for")]

use std::time::Duration;

/// A line of its own.
pub fn line(text: &str) {
    println!("{text}");
}

/// A step that begins, with how long it usually takes where that is long enough to wonder.
pub fn step(text: &str) {
    println!("▸ {text}");
}

/// Something a reader should notice and that stops nothing.
pub fn note(text: &str) {
    println!("  {text}");
}

/// Seconds as people read them: `0.4 s`, `12 s`, `3 min 20 s`.
pub fn seconds(took: Duration) -> String {
    let whole = took.as_secs();
    match whole {
        0..10 => format!("{:.1} s", took.as_secs_f64()),
        10..100 => format!("{whole} s"),
        _ => format!("{} min {} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_read_well() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(12)), "12 s");
        assert_eq!(seconds(Duration::from_secs(200)), "3 min 20 s");
    }
}
