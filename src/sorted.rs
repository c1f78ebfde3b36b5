//! Sorting, compiled once for all lists: the standard library's sort is some kilobytes of the wasm
//! for each type.

use std::cmp::Ordering;

/// The items in order; those that are equal stay as they were.
pub fn sorted<V>(items: Vec<V>, compare: impl Fn(&V, &V) -> Ordering) -> Vec<V> {
    let order = places(items.len(), &|one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    let mut items: Vec<Option<V>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| items.get_mut(at)?.take()).collect()
}

fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}
