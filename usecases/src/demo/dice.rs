//! Chance without randomness: the same key always falls the same way.

/// Numbers that look thrown and are a function of their key (`SplitMix64`).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

/// Two keys made into one.
pub(super) const fn mix(key: u64, with: u64) -> u64 {
    let sum = key ^ with.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let sum = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let sum = (sum ^ (sum >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    sum ^ (sum >> 31)
}

impl Dice {
    pub(super) const fn of(key: u64) -> Self {
        Self(key)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0, 1)
    }

    /// A number below `sides`; 0 when there is none.
    pub(super) fn below(&mut self, sides: u32) -> u32 {
        let thrown = (self.next() >> 32) * u64::from(sides);
        u32::try_from(thrown >> 32).unwrap_or(0)
    }

    pub(super) fn one_in(&mut self, sides: u32) -> bool {
        self.below(sides) == 0
    }

    /// One of a list; each is as likely.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let sides = u32::try_from(from.len()).unwrap_or(u32::MAX);
        from.get(self.below(sides) as usize).copied()
    }

    /// One of a list; the earlier, the likelier.
    pub(super) fn pick_early<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let sides = u32::try_from(from.len()).unwrap_or(u32::MAX);
        let place = self.below(sides).min(self.below(sides));
        from.get(place as usize).copied()
    }
}

/// The 36 characters of a GUID.
pub(super) fn guid(high: u64, low: u64) -> String {
    let mut text = String::with_capacity(36);
    for place in 0..32_u32 {
        if matches!(place, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        let half = if place < 16 { high } else { low };
        let digit = (half >> (60 - 4 * (place % 16))) & 0xf;
        text.push(char::from(b"0123456789abcdef"[usize::try_from(digit).unwrap_or(0)]));
    }
    text
}

/// A GUID of version 8 made from a key.
pub(super) fn guid_of(key: u64) -> String {
    let (high, low) = (mix(key, 2), mix(key, 3));
    guid((high & !0xf000) | 0x8000, (low & !(0x3 << 62)) | (0x2 << 62))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_has_its_form() {
        assert_eq!(guid(0x0123_4567_89ab_4def, 5), "01234567-89ab-4def-0000-000000000005");
        let made = guid_of(7);
        assert_eq!((made.len(), made.as_bytes()[14]), (36, b'8'));
        assert!(b"89ab".contains(&made.as_bytes()[19]), "{made}");
    }

    #[test]
    fn what_is_thrown_lies_below() {
        let mut dice = Dice::of(3);
        let mut seen = [0_u32; 6];
        for _ in 0..6000 {
            seen[dice.below(6) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| (850..1150).contains(&count)), "{seen:?}");
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick::<u8>(&[]), None);
    }
}
