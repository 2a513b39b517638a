//! `/incidents`: what the receiver holds, as cards with timelines, for a person. Rendered here, in Chinese or English.

use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::clock;
use crate::incidents::{Retries, StoredIncident};
use crate::state::Shared;

const STYLE: &str = include_str!("incidents.css");
const SCRIPT: &str = include_str!("incidents.js");

/// No inline code, nothing from elsewhere: reported text cannot become anything but text.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                   img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/incidents", get(page))
        .route("/incidents/style.css", get(async || file("text/css; charset=utf-8", STYLE)))
        .route("/incidents/refresh.js", get(async || file("text/javascript; charset=utf-8", SCRIPT)))
}

fn file(content_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

#[derive(Clone, Copy, PartialEq)]
enum Lang {
    Zh,
    En,
}

impl Lang {
    fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        if self == Lang::Zh { zh } else { en }
    }
}

#[derive(Deserialize)]
struct PageQuery {
    lang: Option<String>,
}

async fn page(State(shared): State<Arc<Shared>>, Query(query): Query<PageQuery>, headers: HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let wished = query.lang.as_deref().or(accepted).unwrap_or("zh");
    let lang = if wished.starts_with("zh") { Lang::Zh } else { Lang::En };
    let html = {
        let inner = shared.lock();
        let pages = (inner.incidents.page_views().len(), inner.incidents.retries());
        render(inner.incidents.all(), pages, lang)
    };
    (
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, CSP),
        ],
        html,
    )
        .into_response()
}

fn render(incidents: &[StoredIncident], pages: (usize, Retries), lang: Lang) -> String {
    let cards: String = incidents.iter().rev().map(|incident| card(incident, lang)).collect();
    let content = if incidents.is_empty() { empty(lang) } else { format!("<ol class=\"cards\">{cards}</ol>") };
    let (html_lang, title) = (lang.pick("zh-CN", "en"), lang.pick("页面事件", "Page incidents"));
    let (other, other_name) = if lang == Lang::Zh { ("en", "English") } else { ("zh", "中文") };
    let summary = summary(incidents, pages, lang);
    let back = lang.pick("返回页面", "Back to the site");
    format!(
        "<!doctype html><html lang=\"{html_lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · Pagemend</title>\
         <link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"/incidents/style.css\">\
         <script src=\"/incidents/refresh.js\" defer></script>\
         <noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript></head><body>\
         <header><h1>{title}</h1><nav><a href=\"/?lab\">{back}</a><a href=\"?lang={other}\" lang=\"{other}\">{other_name}</a></nav></header>\
         <main>{summary}{content}</main></body></html>\n"
    )
}

fn empty(lang: Lang) -> String {
    let title = lang.pick("还没有事件", "No incident yet");
    let hint = lang.pick(
        "打开首页，在故障面板里选一个故障，事件会自动出现在这里。",
        "Open the site, choose a fault in its panel, and the incident will appear here by itself.",
    );
    let link = lang.pick("打开故障面板", "Open the fault panel");
    format!(
        "<section class=\"empty\"><span class=\"pulse\"></span><h2>{title}</h2><p>{hint}</p><a class=\"button\" href=\"/?lab\">{link}</a></section>"
    )
}

fn summary(incidents: &[StoredIncident], (page_views, retries): (usize, Retries), lang: Lang) -> String {
    let count = |outcome: &str| incidents.iter().filter(|one| one.outcome == outcome).count();
    let times = incidents.iter().filter(|one| one.outcome == "recovered").map(|one| one.duration_ms).collect();
    let median = median(times).map_or_else(|| "–".to_owned(), duration);
    let figures = [
        (lang.pick("页面浏览", "page views"), page_views.to_string()),
        (lang.pick("事件", "incidents"), incidents.len().to_string()),
        (lang.pick("已恢复", "recovered"), count("recovered").to_string()),
        (lang.pick("恢复用时中位数", "median time to recover"), median),
        (lang.pick("补取请求", "requests made again"), retries.asked.to_string()),
        (lang.pick("补取成功", "came when asked again"), retries.recovered.to_string()),
    ];
    let mut rows = String::new();
    for (name, value) in figures {
        let _ = write!(rows, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    format!("<dl class=\"summary\">{rows}</dl>")
}

/// Of an even count, the mean of the two in the middle.
fn median(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    let upper = values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some(lower.midpoint(*upper))
}

fn card(incident: &StoredIncident, lang: Lang) -> String {
    let mut html = String::new();
    let outcome = slug(&incident.outcome);
    // Writing to a String cannot fail.
    let _ = write!(
        html,
        "<li class=\"card o-{outcome}\"><div class=\"head\"><h2>{cause}<code>{code}</code></h2><span class=\"badge\">{name}</span></div>",
        cause = escape(cause_name(&incident.cause, lang)),
        code = escape(&incident.cause),
        name = escape(outcome_name(&incident.outcome, lang)),
    );
    if !incident.body.is_empty() {
        let _ = write!(html, "<p class=\"body\">{}</p>", escape(&incident.body));
    }
    html.push_str(&facts(incident, lang));
    html.push_str(&timeline(incident, lang));
    if !incident.evidence.is_empty() {
        let items: String = incident.evidence.iter().map(|line| evidence(line)).collect();
        let _ = write!(html, "<h3>{}</h3><ul class=\"evidence\">{items}</ul>", lang.pick("证据", "Evidence"));
    }
    let iso = clock::iso(incident.received_at);
    let deliveries: u32 = incident.deliveries.values().sum();
    let _ = write!(
        html,
        "<footer><time datetime=\"{iso}\">{iso}</time><span>{} {} · {} {deliveries}</span><span class=\"id\">{}</span></footer></li>",
        lang.pick("修订", "revision"),
        incident.revision,
        lang.pick("送达", "deliveries"),
        escape(&incident.id),
    );
    html
}

fn facts(incident: &StoredIncident, lang: Lang) -> String {
    let facts = [
        (lang.pick("步骤", "step"), incident.step.clone()),
        (lang.pick("参考码", "reference"), incident.reference.clone()),
        (lang.pick("用时", "took"), duration(incident.duration_ms)),
        (lang.pick("页面", "page"), incident.page.clone()),
        (lang.pick("版本", "build"), incident.build.clone()),
        (lang.pick("预案", "playbook"), incident.playbook.map(|version| version.to_string()).unwrap_or_default()),
    ];
    let mut rows = String::new();
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(rows, "<div><dt>{name}</dt><dd>{}</dd></div>", escape(value));
    }
    format!("<dl class=\"facts\">{rows}</dl>")
}

#[expect(clippy::cast_precision_loss, reason = "no page lives for 2^53 ms")]
fn float(ms: u64) -> f64 {
    ms as f64
}

/// A strip to scale, and below it the same entries in words.
fn timeline(incident: &StoredIncident, lang: Lang) -> String {
    let entries: Vec<_> = incident.timeline.iter().map(|line| Entry::parse(line)).collect();
    let Some(end) = entries.iter().filter_map(|entry| entry.ms).max() else {
        return String::new();
    };
    let end = end.max(incident.duration_ms).max(1);
    let mut marks = String::new();
    let mut rows = String::new();
    for entry in &entries {
        let stage = slug(entry.stage);
        if let Some(ms) = entry.ms {
            // From 1.5 % to 98.5 %, so that no mark is cut at the edge.
            let at = 1.5 + 97.0 * float(ms) / float(end);
            let _ = write!(marks, "<circle class=\"s-{stage}\" cx=\"{at:.2}%\" cy=\"50%\" r=\"5\"/>");
        }
        let _ = write!(
            rows,
            "<li class=\"s-{stage}\"><span class=\"ms\">{}</span><span class=\"what\"><b>{}</b> {}</span></li>",
            entry.ms.map_or_else(String::new, |ms| format!("+{}", duration(ms))),
            escape(stage_name(entry.stage, lang)),
            escape(entry.detail),
        );
    }
    format!(
        "<h3>{}</h3><svg class=\"strip\" aria-hidden=\"true\"><line x1=\"1.5%\" x2=\"98.5%\" y1=\"50%\" y2=\"50%\"/>{marks}</svg><ol class=\"timeline\">{rows}</ol>",
        lang.pick("时间线", "Timeline"),
    )
}

/// One line of a timeline: `<ms since detection> <stage> <detail>`.
struct Entry<'a> {
    ms: Option<u64>,
    stage: &'a str,
    detail: &'a str,
}

impl<'a> Entry<'a> {
    /// A line of another shape is shown as it is.
    fn parse(line: &'a str) -> Self {
        let mut parts = line.splitn(3, ' ');
        match (parts.next().and_then(|ms| ms.parse().ok()), parts.next()) {
            (Some(ms), Some(stage)) => Self { ms: Some(ms), stage, detail: parts.next().unwrap_or_default() },
            _ => Self { ms: None, stage: "", detail: line },
        }
    }
}

fn evidence(line: &str) -> String {
    match line.split_once(": ") {
        Some((kind, detail)) => format!("<li><b>{}</b> {}</li>", escape(kind), escape(detail)),
        None => format!("<li>{}</li>", escape(line)),
    }
}

fn duration(ms: u64) -> String {
    if ms < 10_000 { format!("{ms} ms") } else { format!("{:.1} s", float(ms) / 1000.0) }
}

fn cause_name(code: &str, lang: Lang) -> &str {
    match code {
        "offline" => lang.pick("断网", "Offline"),
        "network" => lang.pick("网络缓慢或中断", "Network slow or broken"),
        "overload" => lang.pick("服务器过载", "Server overloaded"),
        "api" => lang.pick("接口故障", "API failure"),
        "resource" => lang.pick("资源失效", "Dead or wrong resource"),
        "script" => lang.pick("脚本出错", "Script error"),
        "stale-deploy" => lang.pick("页面版本过旧", "Stale deployment"),
        "stale-link" => lang.pick("链接过期", "Expired link"),
        "cache-damaged" => lang.pick("本地缓存损坏", "Damaged local cache"),
        "storage-stuck" => lang.pick("本地存储不可用", "Store full, blocked or lost"),
        "translated" => lang.pick("页面被外部改动", "Altered from outside"),
        "unsupported" => lang.pick("浏览器不支持", "Unsupported browser"),
        "blocked-by-policy" => lang.pick("被安全策略拦截", "Blocked by policy"),
        "refused" => lang.pick("业务拒绝", "Business refusal"),
        "hidden-by-style" => lang.pick("内容被样式隐藏", "Hidden by style"),
        "unknown" => lang.pick("原因不明", "Unknown cause"),
        other => other,
    }
}

fn outcome_name(code: &str, lang: Lang) -> &str {
    match code {
        "open" => lang.pick("处理中", "open"),
        "prompted" => lang.pick("已提示用户", "prompted"),
        "recovered" => lang.pick("已恢复", "recovered"),
        "harmless" => lang.pick("无人受影响", "harmless"),
        "refused" => lang.pick("业务拒绝", "refused"),
        "abandoned" => lang.pick("用户离开", "abandoned"),
        other => other,
    }
}

fn stage_name(code: &str, lang: Lang) -> &str {
    match code {
        "detected" => lang.pick("发现", "detected"),
        "diagnosed" => lang.pick("诊断", "diagnosed"),
        "retried" => lang.pick("重试", "retried"),
        "repaired" => lang.pick("修复", "repaired"),
        "reloaded" => lang.pick("刷新", "reloaded"),
        "withheld" => lang.pick("有意不做", "withheld"),
        "prompted" => lang.pick("提示", "prompted"),
        "answered" => lang.pick("用户回答", "answered"),
        "ended" => lang.pick("结束", "ended"),
        other => other,
    }
}

/// What may stand in a class name; reported text is never trusted to be one of the known codes.
fn slug(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(24).collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The closed sets of words as the guard has them.
    const VOCABULARY: &str = include_str!("../../../pkg-config/src/vocabulary.ts");

    #[test]
    fn every_word_of_the_guards_has_a_name_in_chinese() {
        for (set, name) in [
            ("Cause", cause_name as fn(&str, Lang) -> &str),
            ("IncidentOutcome", outcome_name),
            ("IncidentStage", stage_name),
        ] {
            let begins = VOCABULARY.find(&format!("export type {set} =")).expect("the set is there");
            let words = VOCABULARY[begins..].split(';').next().unwrap_or_default();
            let codes: Vec<&str> = words.split('"').skip(1).step_by(2).collect();
            assert!(codes.len() > 4, "{set}: {codes:?}");
            for code in codes {
                assert_ne!(name(code, Lang::Zh), code, "{set}");
            }
        }
    }

    #[test]
    fn reported_text_stays_text() {
        let bad = "<img src=x onerror=alert(1)>\"'&";
        let incident = StoredIncident {
            id: bad.into(),
            cause: bad.into(),
            outcome: bad.into(),
            step: bad.into(),
            body: bad.into(),
            reference: bad.into(),
            playbook: Some(12),
            evidence: vec![bad.into(), format!("k: {bad}")],
            timeline: vec![bad.into(), format!("5 {bad}")],
            ..Default::default()
        };
        for lang in [Lang::Zh, Lang::En] {
            let html = card(&incident, lang);
            assert!(!html.contains("<img") && !html.contains("\"'&\""), "{html}");
            assert!(html.contains(&format!("<dt>{}</dt><dd>12</dd>", lang.pick("预案", "playbook"))), "{html}");
        }
    }

    #[test]
    fn a_timeline_line_is_ms_stage_detail_and_other_shapes_are_kept() {
        let entry = Entry::parse("120 retried from backup CDN");
        assert_eq!((entry.ms, entry.stage, entry.detail), (Some(120), "retried", "from backup CDN"));
        let odd = Entry::parse("something else");
        assert_eq!((odd.ms, odd.detail), (None, "something else"));
    }

    #[test]
    fn the_median_of_an_even_count_is_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![9, 1, 5]), Some(5));
        assert_eq!(median(vec![1, 9, 2, 4]), Some(3));
    }

    #[test]
    fn both_languages_have_an_empty_state() {
        assert!(render(&[], Default::default(), Lang::Zh).contains("还没有事件"));
        assert!(render(&[], Default::default(), Lang::En).contains("No incident yet"));
    }
}
