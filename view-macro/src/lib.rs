//! `view!`: what a screen shows, written as elements in the way of Leptos, compiled to a template
//! and the values that fill its holes.
//!
//! The view macro of Leptos makes a type of its own of every nesting of elements, and code of its
//! own for each of those types. Here all elements of a view become one text, which one piece of
//! code in the app builds (`src/view/`); what is left at each place is making its values. Measured
//! on the whole app, see docs/size.md.
//!
//! ```ignore
//! view! { <p class="hint" id=id on:click=press>"Up to "{most}</p> }
//! // becomes
//! View::template("<p␟=class=hint␟@id␟!click␟'Up to ␟_␟/", vec![id.into_view(), on(click, press), most.into_view()])
//! ```
//!
//! | step of a template | means |
//! |---|---|
//! | `<name` | opens an element |
//! | `=name=value` | an attribute that never changes |
//! | `@name`, `.name`, `:name` | the next value is an attribute, a property, a style |
//! | `!name` | the next value handles an event |
//! | `#` | the next value is told the element |
//! | `'text` | a text that never changes |
//! | `_` | the next value stands here |
//! | `/` | closes the element |

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock, NodeElement};
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Lit, Result, Stmt};

/// Between the steps of a template: the unit separator of ASCII, which no text on a screen has.
const BETWEEN: char = '\u{1f}';

/// What a screen shows, written as elements; gives a `crate::view::View`.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(tokens.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn expand(tokens: TokenStream) -> Result<TokenStream> {
    whole(&rstml::parse2(tokens)?)
}

/// The view of nodes that stand together.
fn whole(nodes: &[Node]) -> Result<TokenStream> {
    // One component or block is its own view.
    if let [node] = nodes
        && let Some(alone) = alone(node)?
    {
        return Ok(alone);
    }
    let mut template = Template::default();
    for node in nodes {
        template.node(node)?;
    }
    Ok(template.into_tokens())
}

/// A node that needs no template around it.
fn alone(node: &Node) -> Result<Option<TokenStream>> {
    match node {
        Node::Element(element) if is_component(element) => component(element).map(Some),
        Node::Block(block) => Ok(Some(value(block))),
        _ => Ok(None),
    }
}

#[derive(Default)]
struct Template {
    steps: String,
    values: Vec<TokenStream>,
}

impl Template {
    fn step(&mut self, kind: char, text: &str) {
        if !self.steps.is_empty() {
            self.steps.push(BETWEEN);
        }
        self.steps.push(kind);
        self.steps.push_str(text);
    }

    fn hole(&mut self, kind: char, name: &str, value: TokenStream) {
        self.step(kind, name);
        self.values.push(value);
    }

    fn node(&mut self, node: &Node) -> Result<()> {
        if let Some(view) = alone(node)? {
            self.hole('_', "", view);
            return Ok(());
        }
        match node {
            Node::Element(element) => self.element(element)?,
            Node::Text(text) => self.step('\'', &text.value_string()),
            Node::Fragment(fragment) => {
                for child in &fragment.children {
                    self.node(child)?;
                }
            }
            Node::Comment(_) => {}
            other => return Err(Error::new(other.span(), "a view has elements, texts and blocks")),
        }
        Ok(())
    }

    fn element(&mut self, element: &NodeElement<rstml::Infallible>) -> Result<()> {
        self.step('<', &element.name().to_string());
        for attribute in element.attributes() {
            self.attribute(attribute)?;
        }
        for child in &element.children {
            self.node(child)?;
        }
        self.step('/', "");
        Ok(())
    }

    fn attribute(&mut self, attribute: &NodeAttribute) -> Result<()> {
        let attribute = keyed(attribute)?;
        let name = attribute.key.to_string();
        let Some(value) = attribute.value() else {
            self.step('=', &format!("{name}="));
            return Ok(());
        };
        if name == "node_ref" {
            self.hole('#', "", quote! { crate::view::element(#value) });
        } else if let Some(event) = name.strip_prefix("on:") {
            let of = format_ident!("{event}", span = attribute.key.span());
            self.hole('!', event, quote! { crate::view::on(crate::view::ev::#of, #value) });
        } else {
            let (kind, of) = match name.split_once(':') {
                Some(("prop", of)) => ('.', of),
                Some(("style", of)) => (':', of),
                Some(_) => return Err(Error::new(attribute.key.span(), "on:, prop: or style:")),
                None => ('@', name.as_str()),
            };
            match literal(value) {
                Some(text) if kind == '@' => self.step('=', &format!("{of}={text}")),
                _ => self.hole(kind, of, quote! { crate::view::IntoView::into_view(#value) }),
            }
        }
        Ok(())
    }

    fn into_tokens(self) -> TokenStream {
        let Self { steps, values } = self;
        quote! { crate::view::View::template(#steps, ::std::vec![#(#values),*]) }
    }
}

/// What a block comes to; one that is a single expression needs no braces.
fn value(block: &NodeBlock) -> TokenStream {
    let stmts = block.try_block().map(|block| block.stmts.as_slice());
    let inside = if let Some([Stmt::Expr(alone, None)]) = stmts {
        quote! { #alone }
    } else {
        quote! { #block }
    };
    quote! { crate::view::IntoView::into_view(#inside) }
}

/// A text or number written in the view.
fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Some(number.base10_digits().to_owned()),
        _ => None,
    }
}

/// Components have names like types.
fn is_component(element: &NodeElement<rstml::Infallible>) -> bool {
    let name = element.name().to_string();
    name.rsplit("::").next().is_some_and(|last| last.trim().starts_with(char::is_uppercase))
}

fn keyed(attribute: &NodeAttribute) -> Result<&KeyedAttribute> {
    match attribute {
        NodeAttribute::Attribute(attribute) => Ok(attribute),
        NodeAttribute::Block(block) => Err(Error::new(block.span(), "an attribute has a name")),
    }
}

/// Calls a component with the properties that `#[component]` of Leptos checks.
fn component(element: &NodeElement<rstml::Infallible>) -> Result<TokenStream> {
    let name = element.name();
    let mut properties = Vec::new();
    for attribute in element.attributes() {
        let attribute = keyed(attribute)?;
        let key = &attribute.key;
        let value = match attribute.value() {
            Some(value) => quote! { #value },
            None => return Err(Error::new(key.span(), "a property has a value")),
        };
        properties.push(quote_spanned! { key.span() => .#key(#value) });
    }
    if !element.children.is_empty() {
        let children = whole(&element.children)?;
        properties.push(quote! { .children(::std::boxed::Box::new(move || #children)) });
    }
    Ok(quote! {
        ::leptos::component::component_view(
            &#name,
            ::leptos::component::component_props_builder(&#name) #(#properties)* .build(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps of the template that a view becomes, with `|` between them, and how many values.
    fn steps(view: TokenStream) -> (String, usize) {
        let mut template = Template::default();
        for node in rstml::parse2(view).unwrap() {
            template.node(&node).unwrap();
        }
        (template.steps.replace(BETWEEN, "|"), template.values.len())
    }

    fn refused(view: TokenStream) -> String {
        expand(view).unwrap_err().to_string()
    }

    #[test]
    fn a_view_becomes_the_steps_that_build_it() {
        let table: &[(TokenStream, &str, usize)] = &[
            (quote! { <p>"Up to"</p> }, "<p|'Up to|/", 0),
            (quote! { <p class="hint" id=id>{most}</p> }, "<p|=class=hint|@id|_|/", 2),
            (quote! { <td colspan=3 hidden></td> }, "<td|=colspan=3|=hidden=|/", 0),
            (quote! { <a href="/x?a=b">"go"</a> }, "<a|=href=/x?a=b|'go|/", 0),
            (quote! { <input prop:value=v on:input=f/> }, "<input|.value|!input|/", 2),
            (quote! { <tr style:height=h></tr> }, "<tr|:height|/", 1),
            (quote! { <dialog node_ref=d></dialog> }, "<dialog|#|/", 1),
            (quote! { <ul><li>"a"</li><Icon name=n/></ul> }, "<ul|<li|'a|/|_|/", 1),
            (quote! { <dt>{a}</dt><dd>{b}</dd> }, "<dt|_|/|<dd|_|/", 2),
            (quote! { <p aria-label=l></p> }, "<p|@aria-label|/", 1),
        ];
        for (view, expected, values) in table {
            assert_eq!(steps(view.clone()), ((*expected).to_owned(), *values), "{view}");
        }
    }

    #[test]
    fn one_component_or_block_needs_no_template() {
        for view in [quote! { <Icon name=n/> }, quote! { <pages::Offers/> }, quote! { {text} }] {
            let code = expand(view.clone()).unwrap().to_string();
            assert!(!code.contains("template"), "{view}: {code}");
        }
    }

    #[test]
    fn what_a_view_cannot_say_is_refused_with_what_it_can() {
        assert_eq!(refused(quote! { <p class:big=b></p> }), "on:, prop: or style:");
        assert_eq!(refused(quote! { <p {..all}></p> }), "an attribute has a name");
        assert_eq!(refused(quote! { <Icon name/> }), "a property has a value");
    }
}
