//! How long to wait before the next try.

use chrono::TimeDelta;

/// The bounds of waiting.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// After the first try that failed.
    pub first: TimeDelta,
    /// The longest.
    pub longest: TimeDelta,
}

impl Default for Pace {
    fn default() -> Self {
        Self { first: TimeDelta::seconds(1), longest: TimeDelta::minutes(1) }
    }
}

/// Twice as long after each try, and between half of that and the whole by chance, so that all
/// who lost the network together do not come back together. `dice` is any number.
pub fn wait_after(tries: u32, pace: Pace, dice: u64) -> TimeDelta {
    let doubled = 1_i32.checked_shl(tries.saturating_sub(1).min(20)).unwrap_or(i32::MAX);
    let whole = pace.first.checked_mul(doubled).unwrap_or(pace.longest).min(pace.longest);
    let half = whole / 2;
    let span = u64::try_from(half.num_milliseconds()).unwrap_or(0).saturating_add(1);
    let by_chance = i64::try_from(dice % span).unwrap_or(0);
    half + TimeDelta::milliseconds(by_chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_try_waits_longer_up_to_a_bound() {
        let pace = Pace::default();
        let seconds = |tries, dice| wait_after(tries, pace, dice).num_milliseconds();
        // Half and the whole of 1, 2, 4 … seconds.
        for (tries, whole) in [(1, 1_000), (2, 2_000), (3, 4_000), (6, 32_000), (7, 60_000)] {
            assert_eq!(seconds(tries, 0), whole / 2, "{tries}");
            let most = (0..whole).map(|dice| seconds(tries, u64::try_from(dice).unwrap())).max();
            assert_eq!(most, Some(whole / 2 + whole / 2), "{tries}");
        }
        assert_eq!(seconds(u32::MAX, 0), 30_000);
    }
}
