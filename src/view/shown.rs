//! What is in the page of a view, and how it becomes another.

use super::View;
use super::each::ShownRows;
use super::spot::{Handled, Set, Spot};
use leptos::prelude::{RenderEffect, document};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::{Comment, Element, Node, Text};

/// Between the steps of a template (`view-macro/`).
const BETWEEN: char = '\u{1f}';

const SVG: &str = "http://www.w3.org/2000/svg";

/// Where something is put: into a parent, before a node or at the end.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub parent: &'a Node,
    pub before: Option<&'a Node>,
}

impl Place<'_> {
    pub fn put(self, node: &Node) {
        // A page that was taken apart by somebody else has no place any more.
        let _ = self.parent.insert_before(node, self.before);
    }
}

/// A view in the page. It always has at least one node, so that its place is known.
pub enum Shown {
    /// Keeps the place of nothing.
    Nothing(Comment),
    /// A text.
    Text(Text, Cow<'static, str>),
    /// The elements of a template.
    Template(Box<ShownTemplate>),
    /// One after the other; never none.
    Many(Vec<Shown>),
    /// Rows with their keys.
    Rows(Box<ShownRows>),
    /// Shown anew by an effect.
    Live(Live),
}

/// What an effect shows anew.
pub struct Live {
    now: Rc<RefCell<Option<Shown>>>,
    _effect: RenderEffect<()>,
}

/// The elements of a template in the page.
pub struct ShownTemplate {
    steps: &'static str,
    /// In order; never none.
    roots: Vec<Root>,
    holes: Vec<Hole>,
}

/// A root of a template: an element or text of it, or what stands in the hole of this number.
enum Root {
    Node(Node),
    Hole(usize),
}

/// What a value went into.
enum Hole {
    Child(Shown),
    Set(Set),
    Handled(Handled),
    Told(Element),
}

impl Shown {
    /// Builds a view at the end of a node.
    pub fn build_in(view: View, parent: &Node) -> Self {
        Self::build(view, Place { parent, before: None })
    }

    pub(super) fn build(view: View, place: Place<'_>) -> Self {
        match view {
            View::Text(text) => {
                let node = document().create_text_node(&text);
                place.put(&node);
                Self::Text(node, text)
            }
            View::Template(steps, values) => {
                Self::Template(Box::new(ShownTemplate::build(steps, values, place)))
            }
            View::Many(views) if !views.is_empty() => {
                Self::Many(views.into_iter().map(|view| Self::build(view, place)).collect())
            }
            View::Rows(rows) => Self::Rows(Box::new(ShownRows::build(rows, place))),
            View::Live(show) => Self::live(show, None, place),
            View::Nothing | View::Many(_) | View::Flag(_) | View::Handler(_) | View::Told(_) => {
                let node = document().create_comment("");
                place.put(&node);
                Self::Nothing(node)
            }
        }
    }

    /// Shows by an effect, over what is there already if anything is.
    fn live(show: Box<dyn Fn() -> View>, now: Option<Self>, place: Place<'_>) -> Self {
        let now = Rc::new(RefCell::new(now));
        let cell = Rc::clone(&now);
        let (parent, before) = (place.parent.clone(), place.before.cloned());
        let run: Box<dyn FnMut(Option<()>)> = Box::new(move |_| {
            let view = show();
            // Taken out, so that nothing is borrowed while views are built.
            let before_now = cell.take();
            let shown = match before_now {
                Some(mut shown) => {
                    shown.become_view(view);
                    shown
                }
                None => Self::build(view, Place { parent: &parent, before: before.as_ref() }),
            };
            cell.replace(Some(shown));
        });
        Self::Live(Live { now, _effect: RenderEffect::new(run) })
    }

    /// Makes of what is there what is to be there.
    pub(super) fn become_view(&mut self, view: View) {
        match (&mut *self, view) {
            (Self::Nothing(_), View::Nothing) => {}
            (Self::Text(node, before), View::Text(text)) => {
                if *before != text {
                    node.set_data(&text);
                    *before = text;
                }
            }
            (Self::Template(shown), View::Template(steps, values)) if shown.steps == steps => {
                shown.fill(values);
            }
            (Self::Many(shown), View::Many(views)) if !views.is_empty() => {
                become_views(shown, views);
            }
            (Self::Rows(shown), View::Rows(rows)) => shown.become_rows(rows),
            (Self::Live(live), view) => {
                // The effect ends here; what it has shown stays and becomes the new view.
                if let Some(now) = live.now.take() {
                    *self = now;
                    self.become_view(view);
                }
            }
            (_, View::Live(show)) => {
                let Some(parent) = self.parent() else { return };
                let spare = Self::Nothing(document().create_comment(""));
                let now = std::mem::replace(self, spare);
                *self = Self::live(show, Some(now), Place { parent: &parent, before: None });
            }
            (_, view) => {
                let (Some(parent), first) = (self.parent(), self.first()) else { return };
                let new = Self::build(view, Place { parent: &parent, before: Some(&first) });
                std::mem::replace(self, new).remove();
            }
        }
    }

    /// Its first node.
    pub(super) fn first(&self) -> Node {
        match self {
            Self::Nothing(node) => node.clone().into(),
            Self::Text(node, _) => node.clone().into(),
            Self::Template(shown) => shown.root(shown.roots.first(), Self::first),
            Self::Many(all) => edge(all.first(), Self::first),
            Self::Rows(rows) => rows.first(),
            Self::Live(live) => edge(live.now.borrow().as_ref(), Self::first),
        }
    }

    /// Its last node.
    pub(super) fn last(&self) -> Node {
        match self {
            Self::Nothing(node) => node.clone().into(),
            Self::Text(node, _) => node.clone().into(),
            Self::Template(shown) => shown.root(shown.roots.last(), Self::last),
            Self::Many(all) => edge(all.last(), Self::last),
            Self::Rows(rows) => rows.last(),
            Self::Live(live) => edge(live.now.borrow().as_ref(), Self::last),
        }
    }

    fn parent(&self) -> Option<Node> {
        self.first().parent_node()
    }

    /// Its nodes, in order.
    fn nodes(&self) -> Vec<Node> {
        let last = self.last();
        let mut nodes = vec![self.first()];
        while let Some(node) = nodes.last().filter(|node| **node != last) {
            let Some(next) = node.next_sibling() else { break };
            nodes.push(next);
        }
        nodes
    }

    /// Puts it elsewhere.
    pub(super) fn move_to(&self, place: Place<'_>) {
        for node in self.nodes() {
            place.put(&node);
        }
    }

    /// Takes it out of the page.
    pub fn remove(self) {
        for node in self.nodes() {
            if let Some(parent) = node.parent_node() {
                let _ = parent.remove_child(&node);
            }
        }
    }
}

/// The first or last node of what always has one.
fn edge(shown: Option<&Shown>, of: fn(&Shown) -> Node) -> Node {
    // While an effect builds its view nobody asks for it; a node outside the page answers a
    // question that should not come.
    shown.map_or_else(|| document().create_comment("").into(), of)
}

fn become_views(shown: &mut Vec<Shown>, views: Vec<View>) {
    while shown.len() > views.len() {
        if let Some(last) = shown.pop() {
            last.remove();
        }
    }
    for (at, view) in views.into_iter().enumerate() {
        if let Some(shown) = shown.get_mut(at) {
            shown.become_view(view);
            continue;
        }
        let Some(last) = shown.last().map(Shown::last) else { return };
        let Some(parent) = last.parent_node() else { return };
        let next = last.next_sibling();
        shown.push(Shown::build(view, Place { parent: &parent, before: next.as_ref() }));
    }
}

impl ShownTemplate {
    fn build(steps: &'static str, values: Vec<View>, place: Place<'_>) -> Self {
        let mut values = values.into_iter();
        let mut holes = Vec::with_capacity(values.len());
        let mut open: Vec<Element> = Vec::new();
        let mut roots = Vec::new();
        // How many elements are open around the drawing that is being built, if one is.
        let mut around_svg = None;
        for step in steps.split(BETWEEN) {
            let Some(kind) = step.chars().next() else { continue };
            let rest = step.get(1..).unwrap_or_default();
            let inside = open.last();
            let root = match (kind, inside) {
                ('<', _) => {
                    if rest == "svg" {
                        around_svg.get_or_insert(open.len());
                    }
                    let made = if around_svg.is_some() {
                        document().create_element_ns(Some(SVG), rest)
                    } else {
                        document().create_element(rest)
                    };
                    // The names are those of the source; none of them is refused.
                    if let Ok(made) = made {
                        open.push(made);
                    }
                    continue;
                }
                ('/', Some(_)) => {
                    let Some(done) = open.pop() else { continue };
                    around_svg = around_svg.filter(|around| *around < open.len());
                    if let Some(parent) = open.last() {
                        let _ = parent.append_child(&done);
                        continue;
                    }
                    place.put(&done);
                    Root::Node(done.into())
                }
                ('\'', parent) => {
                    let text = document().create_text_node(rest);
                    if let Some(parent) = parent {
                        let _ = parent.append_child(&text);
                        continue;
                    }
                    place.put(&text);
                    Root::Node(text.into())
                }
                ('=', Some(element)) => {
                    let (name, value) = rest.split_once('=').unwrap_or((rest, ""));
                    let _ = element.set_attribute(name, value);
                    continue;
                }
                ('_', parent) => {
                    let value = values.next().unwrap_or(View::Nothing);
                    let at = holes.len();
                    if let Some(parent) = parent {
                        holes.push(Hole::Child(Shown::build_in(value, parent)));
                        continue;
                    }
                    holes.push(Hole::Child(Shown::build(value, place)));
                    Root::Hole(at)
                }
                (kind, Some(element)) => {
                    let value = values.next().unwrap_or(View::Nothing);
                    holes.push(Hole::build(kind, element, rest, value));
                    continue;
                }
                _ => continue,
            };
            roots.push(root);
        }
        if roots.is_empty() {
            let node = document().create_comment("");
            place.put(&node);
            roots.push(Root::Node(node.into()));
        }
        Self { steps, roots, holes }
    }

    fn fill(&mut self, values: Vec<View>) {
        for (hole, value) in self.holes.iter_mut().zip(values) {
            match (hole, value) {
                (Hole::Child(shown), view) => shown.become_view(view),
                (Hole::Set(set), value) => set.become_value(value),
                (Hole::Handled(handled), View::Handler(handle)) => handled.become_handler(handle),
                (Hole::Told(element), View::Told(tell)) => tell(element),
                (Hole::Handled(_) | Hole::Told(_), _) => {}
            }
        }
    }

    fn root(&self, root: Option<&Root>, of: fn(&Shown) -> Node) -> Node {
        match root {
            Some(Root::Node(node)) => node.clone(),
            Some(Root::Hole(at)) => match self.holes.get(*at) {
                Some(Hole::Child(shown)) => of(shown),
                _ => edge(None, of),
            },
            None => edge(None, of),
        }
    }
}

impl Hole {
    fn build(kind: char, element: &Element, name: &'static str, value: View) -> Self {
        match value {
            View::Handler(handle) => Self::Handled(Handled::start(element, name, handle)),
            View::Told(tell) => {
                tell(element);
                Self::Told(element.clone())
            }
            value => {
                let spot = match kind {
                    '.' => Spot::Property,
                    ':' => Spot::Style,
                    _ => Spot::Attribute,
                };
                Self::Set(Set::start(spot, element.clone(), name, value))
            }
        }
    }
}
