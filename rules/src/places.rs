//! Countries, their states and their postal codes: what an address is held against
//! (domain.md §2.3 "Country rules").
//!
//! Only what is certain stands here; where nothing does, everything is taken.

use crate::{Country, Refusal};

/// ISO 3166-1, two letters each.
const COUNTRIES: &str = "\
    ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCM\
    CNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGY\
    HKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMF\
    MGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARE\
    RORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZ\
    VAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// The states of the United States and the District of Columbia, as the vendor lists them.
const US_STATES: &[&str] = &[
    "AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "IA", "ID", "IL", "IN",
    "KS", "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ",
    "NM", "NV", "NY", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VT", "WA",
    "WI", "WV", "WY",
];

/// How a country writes its postal codes: `#` stands for a digit, everything else for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostalForm {
    /// What every code has.
    pub whole: &'static str,
    /// What may follow it.
    pub more: Option<&'static str>,
}

const fn digits(whole: &'static str) -> PostalForm {
    PostalForm { whole, more: None }
}

/// The countries whose codes are digits and nothing else.
#[rustfmt::skip]
const POSTAL_FORMS: &[(&str, PostalForm)] = &[
    ("US", PostalForm { whole: "#####", more: Some("-####") }),
    ("AT", digits("####")),  ("AU", digits("####")),  ("BE", digits("####")),
    ("CH", digits("####")),  ("DE", digits("#####")), ("DK", digits("####")),
    ("ES", digits("#####")), ("FI", digits("#####")), ("FR", digits("#####")),
    ("IT", digits("#####")), ("MX", digits("#####")), ("NO", digits("####")),
];

/// Whether a text is what a form says, letter by letter.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(letter, of): (u8, u8)| {
        if of == b'#' { letter.is_ascii_digit() } else { letter == of }
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

impl PostalForm {
    /// Whether the country has such a code.
    pub fn takes(&self, code: &str) -> bool {
        has_form(code, self.whole)
            || self.more.is_some_and(|more| {
                code.split_at_checked(self.whole.len())
                    .is_some_and(|(head, tail)| has_form(head, self.whole) && has_form(tail, more))
            })
    }
}

impl Country {
    /// All there are, by their letters.
    pub fn all() -> impl Iterator<Item = Self> {
        let pairs = COUNTRIES.as_bytes().chunks(2).filter_map(|pair| str::from_utf8(pair).ok());
        pairs.filter_map(|pair| Self::parse(pair).ok())
    }

    /// Itself, if there is such a country: two letters alone are not one yet.
    pub fn known(self) -> Result<Self, Refusal> {
        let mut pairs = COUNTRIES.as_bytes().chunks(2);
        if pairs.any(|pair| pair == self.as_str().as_bytes()) {
            return Ok(self);
        }
        Err(Refusal::invalid("country", self.as_str()))
    }

    /// Its states by their codes; empty where they are not known, or not asked for.
    pub fn states(self) -> &'static [&'static str] {
        if self == Self::US { US_STATES } else { &[] }
    }

    /// Whether it has a state of this code, in either case; where its states are not known, any is
    /// taken, and none is needed.
    pub fn has_state(self, code: &str) -> bool {
        let states = self.states();
        states.is_empty() || states.iter().any(|state| state.eq_ignore_ascii_case(code))
    }

    /// How it writes its postal codes, where that is certain.
    pub fn postal_form(self) -> Option<PostalForm> {
        let found = POSTAL_FORMS.iter().find(|(country, _)| *country == self.as_str());
        found.map(|(_, form)| *form)
    }
}
