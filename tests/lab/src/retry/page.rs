//! A row's page: what is to heal it, first in its head, and then what the row says.
use super::judge::Judge;
use super::row::Row;
use crate::site::{Files, Site};
use serde_json::{Value, json};

const NONCE: &str = "n0nce";

/// Notes when the first script failed and when the next one ran, before anybody else hears of either.
const WATCH: &str = "var ran = [], heard = [], failedAt, ranAt; \
     addEventListener('error', (e) => { if (e.target.localName == 'script') failedAt = failedAt || performance.now(); }, true); \
     Object.defineProperty(ran, 'push', { value(...what) { if (failedAt) ranAt = ranAt || performance.now(); return [].push.apply(this, what); } });";

pub fn page(row: &Row, site: &Site, judge: Judge, files: &Files) -> String {
    let guard = match row.guard {
        "" => String::new(),
        code => format!(
            "<script type=\"module\">import {{ start }} from \"/pagemend/client.js\"; const guard = start(); \
             try {{ {code} }} catch (e) {{ ran.push(String(e.name)); }}</script>"
        ),
    };
    let (own, body) = (site.written(row.head), site.written(&format!("{}{guard}", row.body)));
    let nonce = |html: String| {
        if row.csp.is_empty() {
            return html;
        }
        ["script", "link", "style"]
            .iter()
            .fold(html, |html, tag| html.replace(&format!("<{tag}"), &format!("<{tag} nonce=\"{NONCE}\"")))
    };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><script nonce=\"{NONCE}\">{WATCH}</script>{}<link rel=\"icon\" href=\"data:,\">{}</head>\
         <body><div id=\"app\"><p>Your credit line is 20,000.</p></div>{}</body></html>",
        healer(row, site, judge, files),
        nonce(own),
        nonce(body)
    )
}

fn healer(row: &Row, site: &Site, judge: Judge, files: &Files) -> String {
    let file = |name: &str| String::from_utf8_lossy(files.get(name).map_or(&[][..], Vec::as_slice)).into_owned();
    let script = |code: String| format!("<script nonce=\"{NONCE}\">{code}</script>");
    // The origins in turn, and three more tries: what both peers' own documents show.
    let origins = [&site.dead, site.url("page"), site.url("backup")];
    match judge {
        Judge::None => String::new(),
        Judge::Pagemend => {
            let trust = row.csp.contains("require-trusted-types-for").then(|| script(file("trust.js")));
            let (trust, config, boot) = (trust.unwrap_or_default(), config(row, site), file("boot.js"));
            let resort = script(file("resort.js"));
            let calls = if row.calls() { script(file("calls.js")) } else { String::new() };
            format!(
                "{trust}<script id=\"pagemend-boot\" nonce=\"{NONCE}\" data-config=\"{config}\">{boot}</script>{resort}{calls}"
            )
        }
        Judge::AssetsRetry => {
            let hosts = origins.map(|origin| origin.replace("http://", ""));
            let options = json!({"domain": hosts, "maxRetryCount": 3});
            script(format!("{};window.assetsRetry({options});", file(judge.files()[0])))
        }
        Judge::Rsbuild => {
            // The plugin's own defaults, put in where it puts them.
            let options = json!([{"max": 3, "type": ["link", "script", "img"], "domain": origins, "crossOrigin": false, "delay": 0, "addQuery": false}]);
            script(file(judge.files()[0]).replace("__RETRY_OPTIONS__", &options.to_string()))
        }
    }
}

fn config(row: &Row, site: &Site) -> String {
    let mut config = json!({
        "engine": ["/pagemend/"], "timeoutMs": 2000, "lastResortMs": 4000, "fallback": [site.url("backup")], "origins": [site.dead],
        "options": {"service": "retry", "deadlines": {"requestMs": 1500}},
    });
    if let (Some(config), Ok(Value::Object(given))) =
        (config.as_object_mut(), serde_json::from_str(&site.written(row.config)))
    {
        config.extend(given);
    }
    config.to_string().replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
