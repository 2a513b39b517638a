//! Options over the boundary: what the npm package has checked arrives, and a value of another type is an error that names its key.

use crate::js;
use js_sys::JSON;
use pagemend::core::config::*;
use pagemend::core::time::Millis;
use pagemend::shell::read_options;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

fn golden(part: &str) -> JsValue {
    let golden = JSON::parse(include_str!("../../pkg-config/tests/golden/options.json")).unwrap();
    js_sys::Reflect::get(&golden, &part.into()).unwrap()
}

fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

#[wasm_bindgen_test]
fn every_option_arrives_as_it_was_checked() {
    let wanted = Config {
        service: "loan".into(),
        build: "1.4.0".into(),
        built_at: 1_760_000_000_000,
        build_number: 140,
        endpoint: Some("/v1/logs".into()),
        root: "#stage".into(),
        furniture: vec![".bar".into(), ".tabs".into()],
        locale: Locale::Zh,
        fallbacks: vec!["https://b.example".into(), "https://c.example".into()],
        origins: Vec::new(),
        freshness: FreshnessSource { url: Some("/build.json".into()), poll: Millis(0) },
        expires_at: 1_760_000_600_000,
        renew_link: Some("/renew".into()),
        landing: Some("/loan".into()),
        storage: DeclaredKeys {
            drafts: vec!["loan:draft".into()],
            json: vec!["loan:plan".into()],
            shapes: vec![
                Shape {
                    key: "cart".into(),
                    kind: JsonKind::Object,
                    members: [("items", JsonKind::Array), ("note", JsonKind::Value)]
                        .map(|(key, kind)| Shape { key: key.into(), kind, ..Shape::default() })
                        .into(),
                    version: "v".into(),
                    versions: vec!["3".into(), "4-beta".into()],
                    max_length: 65_536,
                },
                Shape { key: "seen".into(), ..Shape::default() },
            ],
            caches: vec!["pictures".into()],
        },
        services: vec![Service { prefix: "/api/home".into(), name: text("额度服务", "") }],
        help: Help {
            phone: "400-800-1234".into(),
            hours: text("9–18", "9–18"),
            url: Some("/help".into()),
            feedback: Some("/feedback".into()),
        },
        alternatives: vec![Alternative { id: "voice".into(), label: text("语音验证码", "Voice call") }],
        refusals: vec![Refusal { code: "RISK".into(), text: text("No", "No") }],
        names: vec!["huanbei".into()],
        deadlines: Deadlines { settle: Millis(100), loading: Millis(500), request: Millis(600_000) },
        retry: RetryPolicy { limit: 2, base: Millis(10), cap: Millis(20), budget: 0, retry_after_cap: Millis(0) },
        playbook: PlaybookSource {
            url: Some("/playbook.json".into()),
            timeout: Millis(500),
            public_key: "BA==".into(),
        },
        consent: Consent::Granted,
        step: "apply".into(),
    };
    assert_eq!(read_options(&golden("checked")).unwrap(), wanted);
    assert_eq!(read_options(&golden("defaults")).unwrap(), Config::default());
}

#[wasm_bindgen_test]
fn what_is_not_given_has_its_default() {
    for none in ["return undefined", "return null", "return {}", "return { retry: {}, help: undefined }"] {
        assert_eq!(read_options(&js(none)).unwrap(), Config::default(), "{none}");
    }
    let nulls = "{ service: null, help: { phone: null, hours: { zh: null } }, retry: { limit: null }, locale: null }";
    assert_eq!(read_options(&js(&format!("return {nulls}"))).unwrap(), Config::default());
    let some = read_options(&js("return { retry: { limit: 5 }, unknown: 1 }")).unwrap();
    assert_eq!(some.retry, RetryPolicy { limit: 5, ..RetryPolicy::default() });
}

#[wasm_bindgen_test]
fn a_value_of_another_type_is_an_error_that_names_its_key() {
    let cases = [
        ("7", "itself is 7; expected an object"),
        ("{ retry: { limit: 'many' } }", "\"retry.limit\" is many; expected u32"),
        ("{ retry: { limit: 2.5 } }", "\"retry.limit\" is 2.5; expected a whole number from 0"),
        ("{ retry: { limit: 2 ** 40 } }", "\"retry.limit\" is 1099511627776; expected u32"),
        ("{ retry: { limit: Infinity } }", "\"retry.limit\" is Infinity; expected a whole number from 0"),
        ("{ deadlines: { settleMs: -1 } }", "\"deadlines.settleMs\" is -1; expected a whole number from 0"),
        ("{ service: Symbol('x') }", "\"service\" is Symbol(x); expected a string"),
        ("{ names: 'loan' }", "\"names\" is loan; expected an array"),
        ("{ names: {} }", "\"names\" is [object Object]; expected an array"),
        ("{ names: ['a', 1] }", "\"names[1]\" is 1; expected a string"),
        ("{ services: [{ match: '/a', name: 'A' }] }", "\"services[0].name\" is A; expected an object"),
        ("{ locale: 'auto' }", "\"locale\" is auto; expected \"zh-CN\" or \"en\""),
        (
            "{ storage: { shapes: [{ members: [{ kind: 1 }] }] } }",
            "\"storage.shapes[0].members[0].kind\" is 1; expected a string",
        ),
        ("{ consent: 'yes' }", "\"consent\" is yes; expected \"pending\" or \"granted\" or \"denied\""),
        ("{ consent: true }", "\"consent\" is true; expected a string"),
        ("{ endpoint: 7 }", "\"endpoint\" is 7; expected a string"),
        ("{ names: ['a', null] }", "\"names[1]\" is null; expected a string"),
    ];
    for (given, wanted) in cases {
        let thrown = JsValue::from(read_options(&js(&format!("return {given}"))).unwrap_err());
        let error: js_sys::Error = thrown.dyn_into().unwrap();
        assert_eq!(error.name(), "TypeError");
        assert_eq!(error.message(), format!("pagemend: option {wanted}"), "{given}");
    }
}

#[wasm_bindgen_test]
fn what_cannot_be_read_is_as_if_it_were_not_there() {
    let throwing = js("return { get service() { throw new Error('no') }, get retry() { throw undefined } }");
    assert_eq!(read_options(&throwing).unwrap(), Config::default());
    let revoked = js("const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return { help: proxy }");
    assert_eq!(read_options(&revoked).unwrap(), Config::default());
}

#[wasm_bindgen_test]
fn options_may_be_objects_of_any_kind() {
    let wanted = Config { service: "loan".into(), names: vec!["a".into()], ..Config::default() };
    for body in [
        "return Object.freeze({ service: 'loan', names: Object.freeze(['a']) })",
        "return Object.create({ service: 'loan', names: ['a'] })",
        "return new (class { names = ['a']; get service() { return 'loan' } })()",
        "return new Proxy({ service: 'loan', names: new Proxy(['a'], {}) }, {})",
        "const options = { service: 'loan', names: ['a'] }; options.own = options; return options",
    ] {
        assert_eq!(read_options(&js(body)).unwrap(), wanted, "{body}");
    }
    let much = js("return { names: Array(5000).fill('a') }");
    assert_eq!(read_options(&much).unwrap().names.len(), 1000);
}
