//! Italian articles before a day whose name begins with a vowel: "l’8 febbraio", "dall’11 marzo".

/// What stands before a day, and what it becomes before the 8th and the 11th. The longer ones first,
/// since "al" is the end of "dal".
const ARTICLES: [(&str, &str); 5] =
    [("dal ", "dall’"), ("del ", "dell’"), ("nel ", "nell’"), ("al ", "all’"), ("il ", "l’")];

/// Mends the article at the end of a text that a day is to follow.
pub fn elide(before: &mut String, day: &str) {
    if !(day.starts_with("8 ") || day.starts_with("11 ")) {
        return;
    }
    let found = ARTICLES.iter().find_map(|(article, elided)| {
        let rest = before.strip_suffix(article)?;
        // Not the end of another word.
        let alone = rest.chars().next_back().is_none_or(|last| !last.is_alphabetic());
        alone.then_some((rest.len(), *elided))
    });
    if let Some((end, elided)) = found {
        before.truncate(end);
        before.push_str(elided);
    }
}
