//! Rows: faults that return a moment after the page came up: a look at one moment says nothing of the next.
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, blank};
use crate::answer::Answer::*;

/// A machine translator moves texts into elements of its own; a framework that then takes its text out fails, and gives up.
const TRANSLATED: &str = blank!(
    "<script>const list = document.createElement('p'), text = document.createTextNode('20,000 is available to you today.'); list.append(text); app.append(Object.assign(document.createElement('h1'), { textContent: 'Your credit line' }), list);
      setTimeout(() => { document.documentElement.className = 'translated-ltr'; document.documentElement.lang = 'de'; const font = document.createElement('font'), inner = document.createElement('font'); text.replaceWith(font); font.append(inner); inner.append('20.000 stehen Ihnen heute zur Verfügung.') }, 700);
      setTimeout(() => { try { list.removeChild(text) } catch (e) { app.textContent = ''; throw e } }, 1100)</script>"
);
const AGAIN: Row = Row { check: "[!!told, text]", want: r#"[true,""]"#, stays_ms: 2500, fresh: true, ..ROW };

pub const ROWS: &[Row] = &[
    Row {
        name: "translated-and-unmounted",
        title: "a translator breaks the page a second after each load: told as what it is, and never as recovered",
        page: &[("/", Doc("", TRANSLATED))],
        facts: &[Documents(1, 2), Never("recovered"), Told(&["translated"], "prompted")],
        ..AGAIN
    },
    Row {
        name: "throws-a-second-after-each-load",
        title: "a page that comes up, and throws and unmounts a second later, at each load",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    "<script>app.innerHTML = '<h1>Your credit line</h1><p>20,000 is available.</p>'; setTimeout(() => { app.textContent = ''; throw new TypeError('no list') }, 1000)</script>"
                ),
            ),
        )],
        facts: &[Documents(1, 2), Never("recovered"), Told(&["script"], "prompted")],
        ..AGAIN
    },
    Row {
        name: "throws-two-seconds-after-each-load",
        title: "the same two seconds after",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    "<script>app.innerHTML = '<h1>Your credit line</h1><p>20,000 is available.</p>'; setTimeout(() => { app.textContent = ''; throw new TypeError('no list') }, 2000)</script>"
                ),
            ),
        )],
        facts: &[Documents(1, 2), Never("recovered"), Told(&["script"], "prompted")],
        ..AGAIN
    },
    Row {
        name: "comes-up-after-one-reload",
        title: "a page that comes up at the second load, and stays so, is told of as recovered",
        page: &[(
            "/",
            Then(&[
                Doc("", blank!("<script>throw new TypeError('no list')</script>")),
                Doc(
                    "",
                    blank!("<script>app.innerHTML = '<h1>Your credit line</h1><p>20,000 is available.</p>'</script>"),
                ),
            ]),
        )],
        check: "[text.includes('20,000'), told]",
        want: r#"[true,""]"#,
        facts: &[Documents(2, 2), Told(&["script"], "recovered"), Incidents(1, 1)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "renders-anew",
        title: "a page that takes everything out for a moment at each change is left alone",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    "<script>setInterval(() => { app.textContent = ''; setTimeout(() => app.innerHTML = '<h1>Your credit line</h1><p>20,000 is available.</p>', 250) }, 1200)</script>"
                ),
            ),
        )],
        check: "told",
        want: r#""""#,
        facts: &[Documents(1, 1)],
        stays_ms: 5000,
        ..ROW
    },
];
