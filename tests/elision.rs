//! Italian articles before a day. Here and not in the root package, so that no Leptos is compiled
//! for it.

#[path = "../src/elision.rs"]
mod elision;

#[test]
fn an_article_before_the_8th_and_the_11th_loses_its_vowel() {
    let cases = [
        ("Scade il ", "8 feb 2027", "Scade l’"),
        ("Non più in vendita dal ", "11 mar 2027", "Non più in vendita dall’"),
        ("Conservati fino al ", "8 luglio 2027", "Conservati fino all’"),
        ("tra il ", "8 feb 2027", "tra l’"),
        ("Scade il ", "18 feb 2027", "Scade il "),
        ("Scade il ", "1 feb 2027", "Scade il "),
        ("Scade il ", "80", "Scade il "),
        ("canal ", "8 feb 2027", "canal "),
        ("", "8 feb 2027", ""),
    ];
    for (before, day, expected) in cases {
        let mut text = before.to_owned();
        elision::elide(&mut text, day);
        assert_eq!(text, expected, "{before}{day}");
    }
}
