//! Rows that keep their place in the page, and what was typed in them, by a key.

use super::View;
use super::shown::{Place, Shown};
use leptos::prelude::{Owner, document, untrack};
use std::collections::BTreeSet;
use std::rc::Rc;
use web_sys::{Comment, Node};

/// A row before it is in the page: made only if its key is not there yet.
struct Row {
    key: String,
    show: Box<dyn FnOnce() -> View>,
}

/// The rows of a list, and whose they are: they outlive the effect that lists them.
pub struct Rows {
    /// Which list: the rows of another one are others, even under the same keys.
    list: Rc<()>,
    owner: Option<Owner>,
    all: Vec<Row>,
}

/// Shows a row for each item, by its key: the rows of keys that stay are left alone.
pub fn each<T, L, K, V>(
    list: impl Fn() -> L + 'static,
    key: impl Fn(&T) -> K + 'static,
    show: impl Fn(T) -> V + 'static,
) -> View
where
    T: 'static,
    L: IntoIterator<Item = T>,
    K: ToString,
    V: super::IntoView,
{
    let show: Rc<dyn Fn(T) -> View> = Rc::new(move |item| show(item).into_view());
    let (list_id, owner) = (Rc::new(()), Owner::current());
    View::Live(Box::new(move || {
        let row = |item: T| {
            let (key, show) = (key(&item).to_string(), Rc::clone(&show));
            Row { key, show: Box::new(move || show(item)) }
        };
        let all = list().into_iter().map(row).collect();
        View::Rows(Rows { list: Rc::clone(&list_id), owner: owner.clone(), all })
    }))
}

struct ShownRow {
    key: String,
    owner: Owner,
    shown: Shown,
}

impl ShownRow {
    fn build(row: Row, parent: Option<&Owner>, place: Place<'_>) -> Self {
        let owner = parent.map_or_else(Owner::new, Owner::child);
        let shown = owner.with(|| untrack(|| Shown::build((row.show)(), place)));
        Self { key: row.key, owner, shown }
    }

    fn remove(self) {
        self.owner.cleanup();
        self.shown.remove();
    }
}

/// Rows in the page. The end has a mark, so that an empty list has a place.
pub struct ShownRows {
    list: Rc<()>,
    rows: Vec<ShownRow>,
    end: Comment,
}

impl ShownRows {
    pub(super) fn build(rows: Rows, place: Place<'_>) -> Self {
        let end = document().create_comment("");
        place.put(&end);
        let mut shown = Self { list: Rc::clone(&rows.list), rows: Vec::new(), end };
        shown.become_rows(rows);
        shown
    }

    pub(super) fn become_rows(&mut self, rows: Rows) {
        let Some(parent) = self.end.parent_node() else { return };
        if !Rc::ptr_eq(&self.list, &rows.list) {
            self.rows.drain(..).for_each(ShownRow::remove);
            self.list = rows.list;
        }
        let wanted: BTreeSet<&str> = rows.all.iter().map(|row| row.key.as_str()).collect();
        let (mut before, gone): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.rows).into_iter().partition(|row| wanted.contains(&*row.key));
        drop(wanted);
        gone.into_iter().for_each(ShownRow::remove);
        for row in rows.all {
            let next =
                before.first().map_or_else(|| self.end.clone().into(), |row| row.shown.first());
            let place = Place { parent: &parent, before: Some(&next) };
            let at = before.iter().position(|shown| shown.key == row.key);
            self.rows.push(match at {
                Some(at) => {
                    let shown = before.remove(at);
                    if at > 0 {
                        shown.shown.move_to(place);
                    }
                    shown
                }
                None => ShownRow::build(row, rows.owner.as_ref(), place),
            });
        }
    }

    pub(super) fn first(&self) -> Node {
        self.rows.first().map_or_else(|| self.end.clone().into(), |row| row.shown.first())
    }

    pub(super) fn last(&self) -> Node {
        self.end.clone().into()
    }
}
