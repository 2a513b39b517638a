//! A field of the page's: what it holds, how it is filled in, whether it is a secret, and where it stands in a document that frameworks make anew.

use super::web::{self, ParentNode, css_escape, elements};
use crate::core::typed::{About, MOST_TEXT, Privacy};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlInputElement, HtmlOptionElement, HtmlSelectElement, Node, NodeList,
    ShadowRoot, Window,
};

/// Elements that one selector may find, and lines of an editor.
const MOST_ALIKE: usize = 200;

#[wasm_bindgen]
extern "C" {
    /// Any element that people may type into. Frameworks put properties of their own over those of its class, and
    /// elements of the page's own have what they like there: what is read may throw, and need not be a text.
    #[wasm_bindgen(extends = HtmlElement, extends = Element)]
    type Holder;
    #[wasm_bindgen(method, catch, getter, js_name = type)]
    fn kind(this: &Holder) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, getter)]
    fn value(this: &Holder) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, setter)]
    fn set_value(this: &Holder, value: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, getter, js_name = defaultValue)]
    fn default_value(this: &Holder) -> Result<JsValue, JsValue>;
    /// Neither SVG nor MathML has it.
    #[wasm_bindgen(method, getter, js_name = isContentEditable)]
    fn is_content_editable(this: &Holder) -> Option<bool>;
    /// What of the browser's own takes no label has none.
    #[wasm_bindgen(method, catch, getter)]
    fn labels(this: &Holder) -> Result<Option<NodeList>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = click)]
    fn try_click(this: &Holder) -> Result<(), JsValue>;
}

/// What a field holds.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    Checked(bool),
    Text(String),
    /// The options that are selected, where these may be several.
    Chosen(Vec<String>),
}

/// What a field is. Told by its name and type, as its class may be of another realm.
enum Kind<'e> {
    Checkbox(&'e HtmlInputElement),
    Radio(&'e HtmlInputElement),
    Select(&'e HtmlSelectElement),
    /// Several of its options may be selected.
    Choices(&'e HtmlSelectElement),
    /// An element whose content can be edited.
    Editor(&'e HtmlElement),
    /// Anything else with a `value`: elements of the page's own, too.
    Text,
}

impl Kind<'_> {
    fn of(element: &Element) -> Kind<'_> {
        match (element.local_name().as_str(), kind(element).as_str()) {
            ("select", _) => {
                let select: &HtmlSelectElement = element.unchecked_ref();
                if select.multiple() { Kind::Choices(select) } else { Kind::Select(select) }
            }
            ("input", "checkbox") => Kind::Checkbox(element.unchecked_ref()),
            ("input", "radio") => Kind::Radio(element.unchecked_ref()),
            ("input" | "textarea", _) => Kind::Text,
            _ if is_editable(element) => Kind::Editor(element.unchecked_ref()),
            _ => Kind::Text,
        }
    }
}

/// The `type` of a field; empty where it has none.
fn kind(element: &Element) -> String {
    element.unchecked_ref::<Holder>().kind().ok().and_then(|kind| kind.as_string()).unwrap_or_default()
}

/// The `value` of an element, where it has one that is a text.
pub fn text(element: &Element) -> Option<String> {
    element.unchecked_ref::<Holder>().value().ok()?.as_string()
}

fn default_text(element: &Element) -> Option<String> {
    element.unchecked_ref::<Holder>().default_value().ok()?.as_string()
}

/// Whether something stands in it that the page did not put there when it was made.
pub fn is_changed(element: &Element) -> bool {
    let now = text(element).filter(|text| !text.is_empty());
    now.is_some() && now != default_text(element)
}

fn is_editable(element: &Element) -> bool {
    // Out of the document nothing is editable, but the attribute still says what it was.
    element.unchecked_ref::<Holder>().is_content_editable() == Some(true)
        || element
            .get_attribute("contenteditable")
            .is_some_and(|how| matches!(how.to_ascii_lowercase().as_str(), "" | "true" | "plaintext-only"))
}

/// What is worth keeping of what a field holds.
pub fn value(element: &Element) -> Option<Value> {
    match Kind::of(element) {
        Kind::Checkbox(input) => Some(Value::Checked(input.checked())),
        Kind::Radio(input) => input.checked().then_some(Value::Checked(true)),
        Kind::Choices(select) => {
            let chosen = options(select).filter(|option| option.selected());
            Some(Value::Chosen(chosen.map(|option| option.value()).collect()))
        }
        Kind::Editor(editor) => {
            let mut text = String::new();
            lines(editor, &mut text);
            (!text.trim_ascii().is_empty()).then_some(Value::Text(text))
        }
        Kind::Select(_) | Kind::Text => text(element).filter(|text| !text.is_empty()).map(Value::Text),
    }
}

fn options(select: &HtmlSelectElement) -> impl Iterator<Item = HtmlOptionElement> {
    let options = select.options();
    (0..options.length()).filter_map(move |at| options.item(at)).map(JsCast::unchecked_into)
}

/// As `innerText` tells it, which knows of no lines once the element is out of the document.
fn lines(node: &Node, text: &mut String) {
    let children = node.child_nodes();
    for child in (0..children.length()).filter_map(|at| children.item(at)).take(MOST_ALIKE) {
        match child.node_type() {
            Node::TEXT_NODE => text.push_str(&child.node_value().unwrap_or_default()),
            Node::ELEMENT_NODE => {
                let name = child.unchecked_ref::<Element>().local_name();
                if name == "br" || (matches!(name.as_str(), "div" | "p" | "li") && !text.is_empty()) {
                    text.push('\n');
                }
            }
            _ => {}
        }
        if text.len() > MOST_TEXT {
            return;
        }
        lines(&child, text);
    }
}

/// Puts a value into a field that is empty or as the page made it, so that the page's framework notices. One that is no
/// longer of the kind that the value was taken from stays as it is. Whether anything changed.
pub fn fill(element: &Element, value: &Value) -> bool {
    let changed = match (Kind::of(element), value) {
        (Kind::Checkbox(input) | Kind::Radio(input), Value::Checked(checked)) => {
            // Tells the page of the change itself.
            return input.checked() == input.default_checked()
                && input.checked() != *checked
                && input.unchecked_ref::<Holder>().try_click().is_ok();
        }
        (Kind::Choices(select), Value::Chosen(chosen)) => choose(select, chosen),
        (Kind::Select(select), Value::Text(text)) => is_as_made(select) && change(element, text),
        (Kind::Editor(editor), Value::Text(text)) => {
            let empty = editor.text_content().unwrap_or_default().trim_ascii().is_empty();
            if empty {
                editor.set_inner_text(text);
            }
            empty
        }
        (Kind::Text, Value::Text(text)) => !is_changed(element) && change(element, text),
        _ => false,
    };
    if changed {
        tell(element);
    }
    changed
}

/// Whether the option is selected that the page itself has selected, or the first.
fn is_as_made(select: &HtmlSelectElement) -> bool {
    let now = text(select).unwrap_or_default();
    let first = options(select).find(|option| option.default_selected()).or_else(|| options(select).next());
    now.is_empty() || first.is_some_and(|first| first.value() == now)
}

fn choose(select: &HtmlSelectElement, chosen: &[String]) -> bool {
    if options(select).any(|option| option.selected() != option.default_selected()) {
        return false;
    }
    for option in options(select) {
        option.set_selected(chosen.contains(&option.value()));
    }
    true
}

fn change(element: &Element, value: &str) -> bool {
    text(element).unwrap_or_default() != value && set_value(element, value)
}

/// By the setter of the element's class: frameworks put one of their own on the element, and pass over what it was told.
fn set_value(element: &Element, value: &str) -> bool {
    let class = match element.local_name().as_str() {
        "input" => "HTMLInputElement",
        "textarea" => "HTMLTextAreaElement",
        "select" => "HTMLSelectElement",
        _ => return element.unchecked_ref::<Holder>().set_value(value).is_ok(),
    };
    value_setter(class).is_some_and(|setter| setter.call1(element, &value.into()).is_ok())
}

fn value_setter(class: &str) -> Option<js_sys::Function> {
    let prototype = web::property(&web::property(&js_sys::global(), class), "prototype");
    let property =
        js_sys::Reflect::get_own_property_descriptor::<JsValue>(prototype.unchecked_ref(), &"value".into()).ok()?;
    web::property(&property, "set").dyn_into().ok()
}

fn tell(element: &Element) {
    let init = EventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    for kind in ["input", "change"] {
        // Pages that put an `Event` of their own in the place of the browser's are not told.
        let _ = Event::new_with_event_init_dict(kind, &init).and_then(|event| element.dispatch_event(&event));
    }
}

pub fn is_secret(window: &Window, element: &Element) -> bool {
    matches!(privacy(window, element, false), Privacy::Card | Privacy::Secret)
}

/// Whose what stands in it is. `labels`: by what is written beside it, too.
pub fn privacy(window: &Window, element: &Element, labels: bool) -> Privacy {
    if is_masked(window, element) {
        return Privacy::Secret;
    }
    let autocomplete = attribute(element, "autocomplete").unwrap_or_default();
    let mut names: Vec<String> =
        ["name", "id", "placeholder", "aria-label"].iter().filter_map(|name| attribute(element, name)).collect();
    let labelled = labels && matches!(element.local_name().as_str(), "input" | "select" | "textarea");
    if labelled && let Ok(labels) = element.unchecked_ref::<Holder>().labels() {
        names.extend(labels.iter().flat_map(elements).filter_map(|label| label.text_content()));
    }
    About { kind: &kind(element), autocomplete: &autocomplete, names: &names }.privacy()
}

/// Whether it has this name or id, or this selector finds it.
pub fn is_called(element: &Element, name: &str) -> bool {
    ["name", "id"].iter().any(|by| attribute(element, by).as_deref() == Some(name))
        || element.matches(name).unwrap_or(false)
}

/// Some pages hide what is typed by style, so that browsers do not offer to save it.
fn is_masked(window: &Window, element: &Element) -> bool {
    let style = window.get_computed_style(element).ok().flatten();
    let security = style.and_then(|style| style.get_property_value("-webkit-text-security").ok());
    security.is_some_and(|how| !matches!(how.as_str(), "" | "none"))
}

fn attribute(element: &Element, name: &str) -> Option<String> {
    element.get_attribute(name).filter(|value| !value.is_empty())
}

// ---- where a field stands ----

/// A step for each shadow root on the way to the field, and one to the field itself.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Place(Vec<Step>);

/// Marks of one and the same element, the most telling first.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Step(Vec<Mark>);

/// A selector, and which it is of the elements that this finds.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Mark(String, u32);

impl Place {
    /// `None` where the element stands in no document, or among too many like it.
    pub fn of(element: &Element) -> Option<Place> {
        let mut steps = Vec::new();
        let mut element = element.clone();
        while element.is_connected() {
            let root = element.get_root_node();
            steps.push(Step::to(&element, root.unchecked_ref())?);
            if root.node_type() == Node::DOCUMENT_NODE {
                steps.reverse();
                return Some(Place(steps));
            }
            element = root.unchecked_ref::<ShadowRoot>().host();
        }
        None
    }

    /// Where it stands in an element, in whichever document that is, or in none.
    pub fn within(root: &ParentNode, element: &Element) -> Option<Place> {
        Some(Place(vec![Step::to(element, root)?]))
    }

    /// The element that stands there now, in this document or element.
    pub fn find(&self, root: &ParentNode) -> Option<Element> {
        let (last, hosts) = self.0.split_last()?;
        let mut root = root.clone();
        for host in hosts {
            root = host.find(&root)?.shadow_root()?.unchecked_into();
        }
        last.find(&root)
    }
}

impl Step {
    fn to(element: &Element, root: &ParentNode) -> Option<Step> {
        let tag = element.local_name();
        // Of a group of buttons, which one.
        let is_button = matches!(kind(element).as_str(), "checkbox" | "radio");
        let which = is_button.then(|| selected_by(element, "value")).flatten().unwrap_or_default();
        // Some frameworks give other ids each time; what the field asks for stays.
        let told = ["name", "id", "placeholder", "aria-label"].iter().filter_map(|name| selected_by(element, name));
        let mut marks: Vec<Mark> = told.filter_map(|by| Mark::of(element, root, format!("{tag}{by}{which}"))).collect();
        // By its place alone only where it says nothing of itself: another field may stand there the next time.
        if marks.is_empty() {
            marks.push(Mark::of(element, root, format!("{tag}{which}"))?);
        }
        Some(Step(marks))
    }

    fn find(&self, root: &ParentNode) -> Option<Element> {
        self.0.iter().find_map(|mark| mark.find(root))
    }
}

impl Mark {
    fn of(element: &Element, root: &ParentNode, selector: String) -> Option<Mark> {
        let alike = root.query_selector_all(&selector).ok()?;
        let index = elements(&alike).take(MOST_ALIKE).position(|other| other == *element)?;
        Some(Mark(selector, u32::try_from(index).ok()?))
    }

    fn find(&self, root: &ParentNode) -> Option<Element> {
        let Mark(selector, index) = self;
        root.query_selector_all(selector).ok()?.item(*index).map(JsCast::unchecked_into)
    }
}

/// `[name="value"]`, or nothing where there is no such attribute.
fn selected_by(element: &Element, name: &str) -> Option<String> {
    let value = css_escape(&attribute(element, name)?).ok()?;
    Some(format!("[{name}=\"{value}\"]"))
}
