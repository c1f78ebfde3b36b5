//! Letters that no name has.

/// Whether a letter controls how others are shown: line ends and the like, and the marks that turn
/// the direction of all that follows. A sentence with such a name in it would read as another one.
pub(crate) fn controls(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
