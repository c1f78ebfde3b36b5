//! The words behind a command. A handful of flags needs no library.

use anyhow::{Result, bail};

/// What is left of the command line.
pub struct Args {
    words: Vec<String>,
}

impl Args {
    /// The words after the command's name.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        Self { words: words.into_iter().collect() }
    }

    /// Takes a flag; whether it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        before != self.words.len()
    }

    /// Takes `--name value` or `--name=value`.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let joined = format!("{name}=");
        let Some(at) = self.words.iter().position(|w| w == name || w.starts_with(&joined)) else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        if let Some(value) = word.strip_prefix(&joined) {
            return Ok(Some(value.to_owned()));
        }
        if at < self.words.len() {
            return Ok(Some(self.words.remove(at)));
        }
        bail!("{name} needs a value")
    }

    /// Takes `--name 8600`.
    pub fn number(&mut self, name: &str) -> Result<Option<u16>> {
        let Some(text) = self.value(name)? else { return Ok(None) };
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => bail!("{name} takes a number from 0 to 65535, not `{text}`"),
        }
    }

    /// The words that are no flags.
    pub fn rest(self) -> Result<Vec<String>> {
        match self.words.iter().find(|word| word.starts_with('-')) {
            Some(flag) => bail!("there is no flag `{flag}` here. See: cargo xtask help"),
            None => Ok(self.words),
        }
    }

    /// All words that nobody took, for another program.
    pub fn take_all(&mut self) -> Vec<String> {
        std::mem::take(&mut self.words)
    }

    /// Refuses what nobody took.
    pub fn done(&mut self) -> Result<()> {
        match self.words.first() {
            Some(word) => bail!("`{word}` means nothing here. See: cargo xtask help"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(text: &str) -> Args {
        Args::new(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn flags_and_values_are_taken() {
        let mut given = args("--dev --port 8700 --host=::1");
        assert!(given.flag("--dev") && !given.flag("--dev"));
        assert_eq!(given.number("--port").unwrap(), Some(8700));
        assert_eq!(given.value("--host").unwrap().as_deref(), Some("::1"));
        assert!(given.done().is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(args("--port many").number("--port").is_err());
        assert!(args("--port").number("--port").is_err());
        assert!(args("--prot 1").done().is_err());
        assert!(args("rules --prot").rest().is_err());
    }
}
