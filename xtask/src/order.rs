//! In which order a language's file has its texts once it is served: without their keys, which
//! would be sent with each file and once more within the app. `build.rs` shares this: it makes the
//! functions that know the places.

/// The language every other one is held against.
pub const FIRST: &str = "en";

/// Endings of i18next for the plural categories that occur in the languages here, in the order of
/// their places.
pub const PLURALS: [&str; 3] = ["_one", "_many", "_other"];

/// The key without its plural ending, if it has one.
pub fn stem(key: &str) -> Option<&str> {
    PLURALS.iter().find_map(|ending| key.strip_suffix(ending))
}

/// What stands where, by the keys of the language that every other one is held against. A plural
/// has a place for each category, also for one that only other languages have.
pub fn places<'a>(keys: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let mut places = Vec::new();
    for key in keys {
        match stem(key) {
            None => places.push(key.clone()),
            Some(stem) if key.ends_with("_other") => {
                places.extend(PLURALS.map(|ending| format!("{stem}{ending}")));
            }
            // Its place comes with the one that no plural lacks.
            Some(_) => {}
        }
    }
    places
}

/// Stands first in a file, and in the app that reads it: texts in an order other than the app's are
/// not taken for its own, such as those of another version. A sum of all keys (64-bit FNV-1a).
pub fn mark(places: &[String]) -> String {
    let bytes = places.iter().flat_map(|key| key.bytes().chain([0]));
    let sum = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{sum:016x}")
}
