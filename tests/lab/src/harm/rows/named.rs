//! Rows: modules by the names of the page's import map. A name leads where the map says, to the one instance that the page has.
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, guard, healthy};
use crate::answer::Answer::*;

const MAP: &str = r#"<script type="importmap">{"imports": {"widget": "/assets/widget-8f3a.js", "lib/": "/assets/lib/", "moved": "{{backup}}/moved.js"}}</script>"#;
const WIDGET: crate::answer::Answer = Js("ran.push('widget'); export const state = {}");
const MAPPED: Row = Row { facts: &[Documents(1, 1), Asked("page", "/widget", 0, 0)], stays_ms: 1500, ..ROW };

/// The page's body is a module that notes what came of it.
macro_rules! imports {
    ($code:literal) => {
        healthy!(guard!($code))
    };
}

pub const ROWS: &[Row] = &[
    Row {
        name: "import-by-a-name-of-the-map",
        title: "guard.import resolves a name by the page's import map",
        page: &[
            ("/", Doc(MAP, imports!("const { state } = await guard.import('widget'); ran.push(typeof state)"))),
            ("/assets/widget-8f3a.js", WIDGET),
        ],
        check: "ran",
        want: r#"["widget","object"]"#,
        ..MAPPED
    },
    Row {
        name: "import-by-a-name-is-the-pages-own-instance",
        title: "the module that the page has imported by that name is not made a second time",
        page: &[
            (
                "/",
                Doc(
                    MAP,
                    imports!(
                        "const [own, guards, path] = [await import('widget'), await guard.import('widget'), await guard.import('/assets/widget-8f3a.js')]; ran.push(own.state === guards.state, own.state === path.state)"
                    ),
                ),
            ),
            ("/assets/widget-8f3a.js", WIDGET),
        ],
        check: "ran",
        want: r#"["widget",true,true]"#,
        ..MAPPED
    },
    Row {
        name: "import-by-a-folder-of-the-map",
        title: "a name below a folder of the map is found in that folder",
        page: &[
            ("/", Doc(MAP, imports!("await guard.import('lib/part.js'); ran.push('after')"))),
            ("/assets/lib/part.js", Ran("part")),
        ],
        check: "ran",
        want: r#"["part","after"]"#,
        ..MAPPED
    },
    Row {
        name: "import-by-a-name-at-another-origin",
        title: "a name may lead to another origin",
        page: &[("/", Doc(MAP, imports!("await guard.import('moved'); ran.push('after')")))],
        backup: &[("/moved.js", Ran("moved"))],
        check: "ran",
        want: r#"["moved","after"]"#,
        ..MAPPED
    },
    Row {
        name: "import-by-a-name-that-is-busy-once",
        title: "what a name leads to is asked for again where its server was busy",
        page: &[
            (
                "/",
                Doc(
                    MAP,
                    imports!(
                        "await guard.import('widget').then(() => ran.push('came'), (e) => ran.push(e.name)); ran.push(told)"
                    ),
                ),
            ),
            ("/assets/widget-8f3a.js", Then(&[Status(503), WIDGET])),
        ],
        config: r#"{"fallback": []}"#,
        check: "ran.slice(0, 2)",
        want: r#"["widget","came"]"#,
        ..MAPPED
    },
    Row {
        name: "import-by-a-name-from-the-fallback",
        title: "what a name leads to comes from the fallback where its own server has lost it",
        page: &[(
            "/",
            Doc(MAP, imports!("await guard.import('widget').then(() => ran.push('came'), (e) => ran.push(e.name))")),
        )],
        backup: &[("/assets/widget-8f3a.js", WIDGET)],
        check: "ran",
        want: r#"["widget","came"]"#,
        ..MAPPED
    },
    Row {
        name: "import-by-a-name-of-nothing",
        title: "a name that no map has is an address, and what is not there is a TypeError as import() has it",
        page: &[(
            "/",
            Doc(
                "",
                imports!(
                    "const own = await import('widget').catch((e) => e.name); const guards = await guard.import('widget').catch((e) => e.name); ran.push(own, guards)"
                ),
            ),
        )],
        check: "ran",
        want: r#"["TypeError","TypeError"]"#,
        facts: &[Documents(1, 1)],
        ..MAPPED
    },
    Row {
        name: "import-of-a-page-without-a-map",
        title: "an address below the page is an address: relative, from the root and whole",
        page: &[
            (
                "/",
                Doc(
                    "",
                    imports!(
                        "await guard.import('./a.js'); await guard.import('/b.js'); await guard.import(location.origin + '/c.js'); ran.push('after')"
                    ),
                ),
            ),
            ("/a.js", Ran("a")),
            ("/b.js", Ran("b")),
            ("/c.js", Ran("c")),
        ],
        check: "ran",
        want: r#"["a","b","c","after"]"#,
        ..MAPPED
    },
    Row {
        name: "import-by-a-name-that-throws",
        title: "what a module threw itself reaches the page, once, and nobody asks for it again",
        page: &[
            (
                "/",
                Doc(MAP, imports!("await guard.import('widget').catch((e) => ran.push(e.message)); ran.push('after')")),
            ),
            ("/assets/widget-8f3a.js", Js("ran.push('widget'); throw new Error('mine')")),
        ],
        check: "ran",
        want: r#"["widget","mine","after"]"#,
        facts: &[Documents(1, 1), Asked("page", "/widget", 0, 0), Asked("page", "/assets/widget-8f3a.js", 1, 1)],
        ..MAPPED
    },
];
