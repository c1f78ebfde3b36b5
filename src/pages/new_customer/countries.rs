//! The countries of the world, as a list to choose from.

use crate::format;
use crate::sorted::sorted;
use crate::texts::T;
use js_sys::{Array, JsString, Object};
use subscription_rules::{Cloud, Country};

/// ISO 3166-1, two letters each.
const CODES: &str = "\
    ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCM\
    CNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGY\
    HKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMF\
    MGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARE\
    RORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZ\
    VAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// The countries whose customers the cloud serves, with their names, in the language's order.
pub fn served(t: T, cloud: Cloud) -> Vec<(Country, String)> {
    let pairs = CODES.as_bytes().chunks(2).filter_map(|pair| str::from_utf8(pair).ok());
    let countries = pairs.filter_map(|pair| Country::parse(pair).ok());
    let served = countries.filter(|country| cloud.serves(*country));
    let named = served.map(|country| (country, format::country(t, country))).collect();
    let (locales, options) = (Array::of1(&t.language.as_str().into()), Object::new());
    sorted(named, |(_, one): &(Country, String), (_, other)| {
        let one = JsString::from(one.as_str());
        one.locale_compare(other, &locales, &options).cmp(&0)
    })
}
