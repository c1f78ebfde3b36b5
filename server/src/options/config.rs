//! The options in a file. Each becomes the word it would be on the command line, so that names,
//! values and errors are the same, and there is one list of them.

use clap::Command;
use std::ffi::{OsStr, OsString};

/// The file that the words or the environment name.
fn file(words: &[OsString]) -> Option<OsString> {
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        if word == "--config" {
            return rest.next().cloned();
        }
        if let Some(file) = word.to_str().and_then(|word| word.strip_prefix("--config=")) {
            return Some(file.into());
        }
    }
    std::env::var_os("DESK_CONFIG").filter(|file| !file.is_empty())
}

/// The words of the command line, with those of the file before them: the last word about an
/// option counts. What the environment says is left out of the file's, because it is stronger.
pub(super) fn words(words: &[OsString], command: &Command) -> Result<Vec<OsString>, String> {
    let Some(file) = file(words) else { return Ok(words.to_vec()) };
    let shown = file.display();
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{shown}: {error}"))?;
    let told = |name: &str| std::env::var_os(name).is_some();
    let mut all: Vec<OsString> = words.iter().take(1).cloned().collect();
    all.extend(of_file(&text, command, told).map_err(|why| format!("{shown}: {why}"))?);
    all.extend(words.iter().skip(1).cloned());
    Ok(all)
}

fn of_file(
    text: &str,
    command: &Command,
    told: impl Fn(&str) -> bool,
) -> Result<Vec<OsString>, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let mut words = Vec::new();
    for (name, value) in table {
        let option = command.get_arguments().find(|option| option.get_long() == Some(&name));
        let option = option.filter(|_| name != "config");
        let option =
            option.ok_or_else(|| format!("there is no option `{name}`: --help shows them all"))?;
        if option.get_env().and_then(OsStr::to_str).is_some_and(&told) {
            continue;
        }
        let flag = !option.get_action().takes_values();
        match value {
            toml::Value::Boolean(is) if flag => {
                if is {
                    words.push(format!("--{name}").into());
                }
            }
            _ if flag => return Err(format!("{name} is true or false")),
            toml::Value::String(text) => words.push(format!("--{name}={text}").into()),
            toml::Value::Integer(number) => words.push(format!("--{name}={number}").into()),
            toml::Value::Array(several) => {
                for one in several {
                    let text = one.as_str().ok_or_else(|| format!("{name} holds texts"))?;
                    words.push(format!("--{name}={text}").into());
                }
            }
            _ => return Err(format!("{name} is a text or a number")),
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use clap::CommandFactory;

    fn read(text: &str) -> Result<Vec<OsString>, String> {
        of_file(text, &Options::command(), |name| name == "DESK_SCREENS")
    }

    #[test]
    fn a_line_is_a_word_unless_the_environment_is_stronger() {
        let words = read(
            "listen = \"0.0.0.0:443\"\ndemo-customers = 20\ndemo-data = true\nscreens = \"x\"\n",
        );
        let mut words = words.unwrap();
        words.sort();
        assert_eq!(words, ["--demo-customers=20", "--demo-data", "--listen=0.0.0.0:443"]);
        assert_eq!(read("demo-data = false"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(read("lisen = \"x\"").unwrap_err().contains("no option `lisen`"));
        assert!(read("demo-data = \"yes\"").unwrap_err().contains("true or false"));
        assert!(read("listen = 1.5").is_err());
        assert!(read("config = \"other\"").is_err());
        assert!(read("listen").is_err());
    }
}
