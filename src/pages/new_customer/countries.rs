//! The countries of the world, as a list to choose from.

use crate::format;
use crate::sorted::sorted;
use crate::texts::T;
use js_sys::{Array, JsString, Object};
use subscription_rules::{Cloud, Country};

/// The countries whose customers the cloud serves, with their names, in the language's order.
pub fn served(t: T, cloud: Cloud) -> Vec<(Country, String)> {
    let served = Country::all().filter(|country| cloud.serves(*country));
    let named = served.map(|country| (country, format::country(t, country))).collect();
    let (locales, options) = (Array::of1(&t.language.as_str().into()), Object::new());
    sorted(named, |(_, one): &(Country, String), (_, other)| {
        let one = JsString::from(one.as_str());
        one.locale_compare(other, &locales, &options).cmp(&0)
    })
}
