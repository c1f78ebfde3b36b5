//! Company names that are sorted by construction.
//!
//! A name is stem + ending + trade + form, one word from each list: "Alderbeck
//! Logistics Ltd".
//! The lists are sorted and no word begins another of its list (the forms, which end the name, may),
//! so the names are sorted as their numbers are, all are different, and the names that start with
//! some letters are found by descending through four short lists instead of through 100,000 names.

use std::ops::Range;
use subscription_rules::Cloud;

/// What kind of organisation the trade makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Company,
    School,
    Charity,
    Public,
}

use Kind::{Charity, Company, Public, School};

#[rustfmt::skip]
const STEMS: &[&str] = &[
    "Alder", "Amber", "Ash", "Bel", "Birk", "Bracken", "Brandt", "Calder", "Clover", "Corv",
    "Dahl", "Dorn", "Eber", "Elm", "Falk", "Fenn", "Gild", "Grau", "Hald", "Harrow", "Hazel",
    "Ilmen", "Jarl", "Kessel", "Kestrel", "Krans", "Lark", "Lind", "Lorn", "Marl", "Nettle",
    "Nord", "Oster", "Pell", "Quill", "Rav", "Rowan", "Sil", "Sund", "Tarn", "Thorn", "Ulm",
    "Val", "Vest", "Wend", "Yarrow", "Zell",
];

#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "acre", "bach", "beck", "borg", "bridge", "brook", "combe", "dale", "fall", "feld", "gard",
    "grove", "hall", "haven", "heim", "holt", "land", "lund", "mark", "mere", "moor", "ridge",
    "stad", "stein", "stone", "vale", "wick", "wood",
];

#[rustfmt::skip]
const TRADES: &[(&str, Kind)] = &[
    ("Academy", School), ("Accounting", Company), ("Architects", Company), ("Bakery", Company),
    ("Brewing", Company), ("Builders", Company), ("Capital", Company), ("Catering", Company),
    ("City", Public), ("Coffee", Company), ("College", School), ("Components", Company),
    ("County", Public), ("Dental", Company), ("Design", Company), ("Electric", Company),
    ("Energy", Company), ("Farms", Company), ("Foods", Company), ("Foundation", Charity),
    ("Freight", Company), ("Fund", Charity), ("Furniture", Company), ("Gardens", Company),
    ("Glass", Company), ("Health", Company), ("Hotels", Company), ("Institute", School),
    ("Instruments", Company), ("Interiors", Company), ("Labs", Company), ("Legal", Company),
    ("Logistics", Company), ("Marine", Company), ("Media", Company), ("Motors", Company),
    ("Optics", Company), ("Outdoor", Company), ("Packaging", Company), ("Pharma", Company),
    ("Printing", Company), ("Robotics", Company), ("School", School), ("Security", Company),
    ("Shipping", Company), ("Society", Charity), ("Software", Company), ("Solar", Company),
    ("Textiles", Company), ("Timber", Company), ("Tools", Company), ("Travel", Company),
    ("Trust", Charity), ("Wind", Company),
];

#[rustfmt::skip]
const JURISDICTIONS: &[(&str, Kind)] = &[
    ("Borough", Public), ("City", Public), ("County", Public), ("Parish", Public),
    ("Township", Public), ("Village", Public),
];

#[rustfmt::skip]
const GERMAN_TRADES: &[(&str, Kind)] = &[
    ("Architekten", Company), ("Backwaren", Company), ("Bau", Company), ("Consulting", Company),
    ("Druck", Company), ("Elektro", Company), ("Energie", Company), ("Feinkost", Company),
    ("Glas", Company), ("Holz", Company), ("Immobilien", Company), ("Keramik", Company),
    ("Kliniken", Company), ("Logistik", Company), ("Maschinen", Company), ("Medien", Company),
    ("Messtechnik", Company), ("Metall", Company), ("Optik", Company), ("Pharma", Company),
    ("Pumpen", Company), ("Reisen", Company), ("Software", Company), ("Spielwaren", Company),
    ("Stahl", Company), ("Technik", Company), ("Textil", Company), ("Transporte", Company),
    ("Verlag", Company), ("Werkzeuge", Company),
];

/// How many endings each kind has, so that every number is a name.
const FORMS: usize = 20;

/// With the country such a form tells of.
#[rustfmt::skip]
const COMPANY_FORMS: [(&str, &str); FORMS] = [
    ("AB", "SE"), ("AG", "CH"), ("Associates", "US"), ("B.V.", "NL"), ("Company", "US"),
    ("Corporation", "US"), ("GmbH", "DE"), ("Group", "US"), ("Holdings", "US"), ("Inc.", "US"),
    ("K.K.", "JP"), ("LLC", "US"), ("Ltd", "GB"), ("Partners", "US"), ("S.L.", "ES"),
    ("S.r.l.", "IT"), ("SAS", "FR"), ("Services", "US"), ("Systems", "US"), ("Works", "US"),
];

/// Without a country, as are schools and charities.
#[rustfmt::skip]
const GERMAN_FORMS: [(&str, &str); 8] = [
    ("AG", ""), ("GbR", ""), ("GmbH", ""), ("GmbH & Co. KG", ""), ("KG", ""), ("OHG", ""),
    ("SE", ""), ("UG", ""),
];

#[rustfmt::skip]
const SUBJECTS: [(&str, &str); FORMS] = [
    ("of Agriculture", ""), ("of Architecture", ""), ("of Art", ""), ("of Business", ""),
    ("of Dance", ""), ("of Design", ""), ("of Drama", ""), ("of Economics", ""),
    ("of Engineering", ""), ("of Fashion", ""), ("of Forestry", ""), ("of Journalism", ""),
    ("of Languages", ""), ("of Law", ""), ("of Medicine", ""), ("of Music", ""),
    ("of Nursing", ""), ("of Photography", ""), ("of Science", ""), ("of Tourism", ""),
];

#[rustfmt::skip]
const CAUSES: [(&str, &str); FORMS] = [
    ("for Animals", ""), ("for Archives", ""), ("for Birds", ""), ("for Children", ""),
    ("for Education", ""), ("for Families", ""), ("for Forests", ""), ("for Health", ""),
    ("for Heritage", ""), ("for Housing", ""), ("for Literacy", ""), ("for Music", ""),
    ("for Neighbors", ""), ("for Oceans", ""), ("for Parks", ""), ("for Refugees", ""),
    ("for Rivers", ""), ("for Seniors", ""), ("for Veterans", ""), ("for Youth", ""),
];

#[rustfmt::skip]
const OFFICES: [(&str, &str); FORMS] = [
    ("Assessor", "US"), ("Board of Elections", "US"), ("Clerk", "US"), ("Court", "US"),
    ("Emergency Management", "US"), ("Fire District", "US"), ("Health Department", "US"),
    ("Housing Authority", "US"), ("Library", "US"), ("Museums", "US"),
    ("Parks and Recreation", "US"), ("Planning Commission", "US"), ("Police Department", "US"),
    ("Port Authority", "US"), ("Public Works", "US"), ("Sheriff", "US"),
    ("Transit Authority", "US"), ("Treasurer", "US"), ("Utilities", "US"),
    ("Water District", "US"),
];

/// Ends every domain.
pub(super) const DOMAIN_END: &str = ".onmicrosoft.com";

/// The names of one cloud.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    trades: &'static [(&'static str, Kind)],
    german: bool,
    /// How many names have the same words before a level: all at 0, one at 4.
    spans: [usize; 5],
}

/// One name in its parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    stem: &'static str,
    ending: &'static str,
    trade: &'static str,
    form: &'static str,
    /// What the trade makes it.
    pub(super) kind: Kind,
    /// The country that the form tells of, or nothing.
    pub(super) country: &'static str,
}

impl Name {
    /// As it is written.
    pub(super) fn spelled(&self) -> String {
        [self.stem, self.ending, " ", self.trade, " ", self.form].concat()
    }

    /// The primary domain.
    pub(super) fn domain(&self) -> String {
        let mut domain = self.spelled();
        domain.retain(|c| c.is_ascii_alphanumeric());
        domain.make_ascii_lowercase();
        domain.push_str(DOMAIN_END);
        domain
    }
}

impl Names {
    pub(super) const fn of(cloud: Cloud) -> Self {
        let (trades, german) = match cloud {
            Cloud::Commercial | Cloud::China => (TRADES, false),
            Cloud::UsGovernment => (JURISDICTIONS, false),
            Cloud::Germany => (GERMAN_TRADES, true),
        };
        let forms = if german { GERMAN_FORMS.len() } else { FORMS };
        let under_ending = trades.len() * forms;
        let under_stem = ENDINGS.len() * under_ending;
        let spans = [STEMS.len() * under_stem, under_stem, under_ending, forms, 1];
        Self { trades, german, spans }
    }

    fn forms(self, kind: Kind) -> &'static [(&'static str, &'static str)] {
        match kind {
            Company if self.german => &GERMAN_FORMS,
            Company => &COMPANY_FORMS,
            School => &SUBJECTS,
            Charity => &CAUSES,
            Public => &OFFICES,
        }
    }

    /// How many names there are.
    pub(super) const fn count(self) -> usize {
        let [all, ..] = self.spans;
        all
    }

    /// The name with a number.
    pub(super) fn name(self, number: usize) -> Option<Name> {
        let [_, under_stem, under_ending, under_trade, _] = self.spans;
        let (trade, kind) = *self.trades.get(number % under_ending / under_trade)?;
        let (form, country) = *self.forms(kind).get(number % under_trade)?;
        let (stem, ending) = (number / under_stem, number % under_stem / under_ending);
        let (stem, ending) = (STEMS.get(stem)?, ENDINGS.get(ending)?);
        Some(Name { stem, ending, trade, form, kind, country })
    }

    /// The numbers of the names whose domain starts with `folded`, ascending and disjoint.
    pub(super) fn with_domain(self, folded: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        self.descend(0, 0, Company, folded.as_bytes(), &mut found);
        found
    }

    fn descend(
        self,
        level: usize,
        first: usize,
        kind: Kind,
        rest: &[u8],
        found: &mut Vec<Range<usize>>,
    ) {
        let span = |level: usize| self.spans.get(level).copied().unwrap_or(0);
        if rest.is_empty() || (level == 4 && DOMAIN_END.as_bytes().starts_with(rest)) {
            found.push(first..first + span(level));
            return;
        }
        let under = span(level + 1);
        let mut visit = |place: usize, word: &str, kind: Kind| {
            if let Some(rest) = without(rest, word) {
                self.descend(level + 1, first + place * under, kind, rest, found);
            }
        };
        match level {
            0 => STEMS.iter().enumerate().for_each(|(place, word)| visit(place, word, kind)),
            1 => ENDINGS.iter().enumerate().for_each(|(place, word)| visit(place, word, kind)),
            2 => {
                let trades = self.trades.iter().enumerate();
                trades.for_each(|(place, (word, kind))| visit(place, word, *kind));
            }
            3 => {
                let forms = self.forms(kind).iter().enumerate();
                forms.for_each(|(place, (word, _))| visit(place, word, kind));
            }
            _ => {}
        }
    }
}

/// What is left of a domain's beginning after a word; `None` when the word does not fit. A word
/// that is longer than what is left fits as well.
fn without<'a>(mut rest: &'a [u8], word: &str) -> Option<&'a [u8]> {
    for byte in word.bytes().filter(u8::is_ascii_alphanumeric) {
        match rest.split_first() {
            None => break,
            Some((first, after)) if *first == byte.to_ascii_lowercase() => rest = after,
            Some(_) => return None,
        }
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOUDS: [Cloud; 3] = Cloud::OFFERED;

    #[test]
    fn the_lists_are_sorted_and_no_word_begins_another() {
        let words = |of: &[(&'static str, Kind)]| of.iter().map(|(word, _)| *word).collect();
        let lists: [Vec<&str>; 5] = [
            STEMS.to_vec(),
            ENDINGS.to_vec(),
            words(TRADES),
            words(JURISDICTIONS),
            words(GERMAN_TRADES),
        ];
        for list in lists {
            for pair in list.windows(2) {
                let (a, b) = (pair[0].to_lowercase(), pair[1].to_lowercase());
                assert!(a < b && !b.starts_with(&a), "{a} before {b}");
            }
        }
        for kind in [Company, School, Charity, Public] {
            for names in CLOUDS.map(Names::of) {
                for pair in names.forms(kind).windows(2) {
                    assert!(pair[0].0.to_lowercase() < pair[1].0.to_lowercase(), "{pair:?}");
                }
            }
        }
    }

    #[test]
    fn there_are_enough_names() {
        for cloud in CLOUDS {
            assert!(Names::of(cloud).count() >= 100_000, "{cloud:?}");
        }
    }

    #[test]
    fn every_name_is_greater_than_the_one_before() {
        for cloud in CLOUDS {
            let names = Names::of(cloud);
            let mut last = String::new();
            for number in (0..names.count()).step_by(7) {
                let name = names.name(number).unwrap().spelled().to_lowercase();
                assert!(last < name, "{last} before {name}");
                last = name;
            }
            assert!(names.name(names.count()).is_none());
        }
    }

    #[test]
    fn a_domain_is_found_by_its_beginning() {
        for cloud in CLOUDS {
            let names = Names::of(cloud);
            let numbers: Vec<usize> = (0..names.count()).step_by(names.count() / 97).collect();
            for &number in &numbers {
                let domain = names.name(number).unwrap().domain();
                let one = names.with_domain(&domain);
                assert!(one.len() == 1 && one[0] == (number..number + 1), "{domain}");
                for cut in [1, 4, 7, 10, 14, domain.len() - 3] {
                    let start = domain.get(..cut).unwrap();
                    let found = names.with_domain(start);
                    assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
                    for &other in &numbers {
                        let fits = names.name(other).unwrap().domain().starts_with(start);
                        let listed = found.iter().any(|range| range.contains(&other));
                        assert_eq!(listed, fits, "{start} {other}");
                    }
                }
            }
        }
        assert!(Names::of(Cloud::Commercial).with_domain("alder beck").is_empty());
    }
}
