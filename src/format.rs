//! Dates, numbers, money, countries and plurals as the chosen language writes them, by the
//! browser's `Intl`.

use crate::texts::Texts;
use chrono::{DateTime, NaiveDate, Utc};
use js_sys::{Array, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use std::collections::HashMap;
use subscription_rules::{Country, Money};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    // Making a formatter costs far more than using one.
    static FORMATTERS: RefCell<HashMap<String, Function>> = RefCell::default();
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&options, &JsValue::from_str(name), value);
    }
    options
}

/// Formats by the formatter of this name, made once.
fn formatted(name: &str, value: &JsValue, make: impl FnOnce() -> Option<Function>) -> String {
    let held = FORMATTERS.with_borrow(|all| all.get(name).cloned());
    let by = held.or_else(|| {
        let new = make()?;
        FORMATTERS.with_borrow_mut(|all| all.insert(name.to_owned(), new.clone()));
        Some(new)
    });
    let text = by.and_then(|format| format.call1(&JsValue::UNDEFINED, value).ok());
    text.and_then(|text| text.as_string()).unwrap_or_default()
}

/// Dates are written day first in English as well: everybody reads "15 Feb 2027" the same way.
fn date_locale(texts: &Texts) -> Array {
    let locale = if texts.language == "en" { "en-GB" } else { &texts.language };
    Array::of1(&locale.into())
}

fn locale(texts: &Texts) -> Array {
    let locale = if texts.language == "en" { "en-US" } else { &texts.language };
    Array::of1(&locale.into())
}

fn millis(at: DateTime<Utc>) -> JsValue {
    #[expect(clippy::cast_precision_loss, reason = "dates are far below 2^53 milliseconds")]
    let millis = at.timestamp_millis() as f64;
    millis.into()
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn in_utc(texts: &Texts, name: &str, month: &str, time: bool, at: DateTime<Utc>) -> String {
    formatted(&format!("{name} {}", texts.language), &millis(at), || {
        let mut pairs = vec![
            ("timeZone", "UTC".into()),
            ("day", "numeric".into()),
            ("month", month.into()),
            ("year", "numeric".into()),
        ];
        if time {
            pairs.extend([
                ("hour", "2-digit".into()),
                ("minute", "2-digit".into()),
                ("hourCycle", "h23".into()),
            ]);
        }
        Some(Intl::DateTimeFormat::new(&date_locale(texts), &options(&pairs)).format())
    })
}

/// "15 Feb 2027".
pub fn date(texts: &Texts, day: NaiveDate) -> String {
    in_utc(texts, "date", "short", false, midnight(day))
}

/// "31 July 2027".
pub fn long_date(texts: &Texts, day: NaiveDate) -> String {
    in_utc(texts, "long", "long", false, midnight(day))
}

/// "18 Apr 2027, 07:55", in UTC.
pub fn date_time(texts: &Texts, at: DateTime<Utc>) -> String {
    in_utc(texts, "time", "short", true, at)
}

/// The moment on the person's own clock, with the zone's name: "1 Aug 2027, 01:59 CEST".
pub fn local_time(texts: &Texts, at: DateTime<Utc>) -> String {
    formatted(&format!("local {}", texts.language), &millis(at), || {
        let pairs = [
            ("day", "numeric".into()),
            ("month", "short".into()),
            ("year", "numeric".into()),
            ("hour", "2-digit".into()),
            ("minute", "2-digit".into()),
            ("hourCycle", "h23".into()),
            ("timeZoneName", "short".into()),
        ];
        Some(Intl::DateTimeFormat::new(&date_locale(texts), &options(&pairs)).format())
    })
}

/// "10,000,000".
pub fn number(texts: &Texts, number: impl Into<u64>) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let number = number.into() as f64;
    formatted(&format!("number {}", texts.language), &number.into(), || {
        Some(Intl::NumberFormat::new(&locale(texts), &Object::new()).format())
    })
}

/// "$1,500.00"; the sign of a credit comes with it.
pub fn money(texts: &Texts, money: Money) -> String {
    let currency = money.currency.as_str();
    // A decimal text, so that no amount passes through a floating-point number.
    let (minor, sign) = (money.minor_units.unsigned_abs(), money.minor_units < 0);
    let amount = format!("{}{}.{:02}", if sign { "-" } else { "" }, minor / 100, minor % 100);
    formatted(&format!("money {currency} {}", texts.language), &amount.into(), || {
        let pairs = [("style", "currency".into()), ("currency", currency.into())];
        Some(Intl::NumberFormat::new(&locale(texts), &options(&pairs)).format())
    })
}

/// The plural category of a count: `one`, `many` or `other`.
pub fn plural(language: &str, count: u64) -> String {
    let rules = Intl::PluralRules::new(&Array::of1(&language.into()), &Object::new());
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let count = count as f64;
    rules.select(count).as_string().unwrap_or_else(|| "other".into())
}

/// The country's name: "Germany".
pub fn country(texts: &Texts, country: Country) -> String {
    let code = country.as_str();
    let name = formatted(&format!("country {}", texts.language), &code.into(), || {
        // js-sys has no `Intl.DisplayNames` yet.
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let names: Function = Reflect::get(&intl, &"DisplayNames".into()).ok()?.dyn_into().ok()?;
        let arguments = Array::of2(&locale(texts), &options(&[("type", "region".into())]));
        let names = Reflect::construct(&names, &arguments).ok()?;
        let of: Function = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
        Some(of.bind0(&names))
    });
    if name.is_empty() { code.to_owned() } else { name }
}
