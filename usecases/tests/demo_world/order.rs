//! Order, search and identity.

use crate::{CLOUDS, all, day, world};
use std::collections::HashSet;
use subscription_rules::{Cloud, Customer, CustomerId};
use subscription_usecases::sort_key;

#[test]
fn a_hundred_thousand_names_are_strictly_ascending_and_unique() {
    let world = world(7, 100_000, day(2026, 7, 15), Cloud::Commercial);
    assert_eq!(world.len(), 100_000 + world.story_ids().len());
    let mut domains = HashSet::new();
    let mut last = String::new();
    let mut place = 0;
    while let Some(customer) = world.customer(place) {
        let name = customer.company_name.as_str().to_lowercase();
        assert!(last < name, "{last} before {name}");
        assert!(domains.insert(customer.domain.as_str().to_owned()), "{name}");
        last = name;
        place += 1;
    }
    assert_eq!(place, world.len());
}

#[test]
fn a_place_is_found_by_its_key() {
    for size in [0, 1, 3, 200, 5000] {
        let world = world(1, size, day(2026, 7, 15), Cloud::Commercial);
        let keys: Vec<String> = all(&world).iter().map(sort_key).collect();
        assert!(keys.is_sorted());
        for (place, key) in keys.iter().enumerate().step_by(1 + keys.len() / 100) {
            assert_eq!(world.place_of(key), place);
            assert_eq!(world.place_of(&format!("{key}x")), place + 1);
        }
        assert_eq!(world.place_of(""), 0);
        assert_eq!(world.place_of("zzzz"), world.len());
        assert_eq!(world.customer(world.len()), None);
    }
}

#[test]
fn prefix_search_finds_what_a_scan_finds() {
    for cloud in CLOUDS {
        for size in [0, 200, 3000] {
            let world = world(size, size, day(2026, 7, 15), cloud);
            let customers = all(&world);
            let mut prefixes: Vec<String> =
                ["", "a", "CONTOSO", "z", "é", " ", "1", "the ", "fabrikam g", ".", "\u{1}"]
                    .map(str::to_owned)
                    .into();
            for (nth, customer) in customers.iter().enumerate().step_by(1 + customers.len() / 60) {
                for of in [customer.company_name.as_str(), customer.domain.as_str()] {
                    prefixes.push(of.chars().take(1 + nth * 7 % 20).collect());
                    prefixes.push(of.to_uppercase());
                    prefixes.push(format!("{of}x"));
                }
            }
            for prefix in prefixes {
                let folded = prefix.to_lowercase();
                let fits = |customer: &Customer| {
                    customer.company_name.as_str().to_lowercase().starts_with(&folded)
                        || customer.domain.as_str().starts_with(&folded)
                };
                let scanned: Vec<usize> =
                    (0..customers.len()).filter(|&place| fits(&customers[place])).collect();
                let ranges = world.starting_with(&prefix);
                assert!(ranges.iter().all(|range| !range.is_empty()));
                assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start), "{prefix:?}");
                let found: Vec<usize> = ranges.into_iter().flatten().collect();
                assert_eq!(found, scanned, "{prefix:?} of {size} in {cloud:?}");
            }
        }
    }
}

#[test]
fn an_id_leads_back_to_its_customer() {
    for cloud in CLOUDS {
        let world = world(5, 100_000, day(2026, 7, 15), cloud);
        for place in (0..world.len()).step_by(991) {
            let customer = world.customer(place).unwrap();
            let upper = CustomerId::parse(&customer.id.as_str().to_uppercase()).unwrap();
            assert_eq!(world.account(&upper).unwrap().customer(), &customer);
        }
    }
}

#[test]
fn an_id_of_another_world_is_unknown() {
    let start = day(2026, 7, 15);
    let world_of = |seed, size, cloud| world(seed, size, start, cloud);
    let here = world_of(5, 500, Cloud::Commercial);
    let others = [
        world_of(6, 500, Cloud::Commercial),
        world_of(5, 499, Cloud::Commercial),
        world_of(5, 500, Cloud::Germany),
    ];
    for customer in others.iter().flat_map(all) {
        let told = here.story_ids().contains(&customer.id);
        assert_eq!(here.account(&customer.id).is_some(), told, "{customer:?}");
        assert_eq!(here.history(&customer.id).is_empty(), !told);
    }
    for id in ["x", "00000000-0000-0000-0000-000000000001", "5d5d0000-0000-4000-8000-000000000000"]
    {
        assert_eq!(here.account(&CustomerId::parse(id).unwrap()), None);
    }
}

#[test]
fn the_same_settings_give_the_same_data() {
    let [one, two] = [9, 9].map(|seed| world(seed, 300, day(2024, 2, 29), Cloud::Commercial));
    let other = world(10, 300, day(2024, 2, 29), Cloud::Commercial);
    for customer in all(&one) {
        assert_eq!(one.account(&customer.id), two.account(&customer.id));
        assert_eq!(one.history(&customer.id), two.history(&customer.id));
    }
    assert_eq!(all(&one), all(&two));
    assert_ne!(all(&one), all(&other));
}

#[test]
fn a_world_of_no_customers_has_its_stories_and_china_has_none() {
    let start = day(2026, 7, 15);
    assert_eq!(world(1, 0, start, Cloud::Commercial).len(), 26);
    let china = world(1, 200, start, Cloud::China);
    assert!(china.is_empty());
    assert_eq!((china.customer(0), china.place_of("a")), (None, 0));
    assert!(china.starting_with("").is_empty());
}
