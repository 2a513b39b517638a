//! The page benchmark's figures, for reading, as JSON and as a picture.
use crate::rounds::{FIGURES, Figure, LCP, LCP_SHARE, Measured, TASK, TASK_AIM, TASK_SHARE};
use crate::site::{Guest, Site, version};
use crate::visit::{COMES_BACK_WITHIN, DOWN_MBITS, LATENCY_MS, THROTTLE, WATCHED};
use anyhow::Result;
use pagemend_bench::chart::{self, Column, Panel};
use pagemend_bench::figures::Quartiles;
use pagemend_lab::drivers::PHONE;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// From the repository's root.
const CHART: &str = "target/bench/page.svg";

pub struct Report<'a> {
    pub measured: &'a Measured,
    pub sites: &'a [Site],
    /// The peers' package.json.
    pub manifest: &'a Value,
}

impl Report<'_> {
    pub fn draw(&self, root: &Path) -> Result<()> {
        let panels: Vec<Panel> = FIGURES.iter().map(|figure| self.panel(figure)).collect();
        let title = format!(
            "What each adds to the lending site in the first {} seconds, {THROTTLE}× CPU throttle",
            WATCHED.as_secs()
        );
        chart::differences(&root.join(CHART), &title, &panels)
    }

    fn panel(&self, figure: &Figure) -> Panel<'static> {
        let column = |guest: Guest| Column {
            name: guest.name(),
            values: self.measured.differences(guest, figure),
            median: self.measured.added(guest, figure),
        };
        let guests = Guest::ALL.into_iter().filter(|guest| *guest != Guest::None);
        let limit = self.measured.limit(figure);
        Panel { title: figure.title, unit: figure.unit, limit, columns: guests.map(column).collect() }
    }

    pub fn table(&self) -> String {
        let mut out = format!(
            "The lending site in Chromium, {} x {}, {THROTTLE}x CPU throttle, its first {} seconds; {} rounds in turns. Medians, and with a sign the\n\
             median of the differences against the plain page of the same round. Main thread and script in the processor's time; heap after a\n\
             collection, without WebAssembly's memory; bytes after brotli, at start and later. Then: entry scripts are not found, {DOWN_MBITS} Mbit/s,\n\
             {LATENCY_MS} ms, nothing compressed: from the first that failed to the application's first element.\n",
            PHONE.width,
            PHONE.height,
            WATCHED.as_secs(),
            self.measured.rounds.len(),
        );
        let mut lines = vec![Self::head()];
        lines.extend(self.sites.iter().map(|site| self.line(site)));
        lines.push(self.shares());
        for line in &lines {
            let cells: Vec<String> = line
                .iter()
                .zip(widths(&lines))
                .enumerate()
                .map(|(at, (cell, width))| aligned(at, cell, width))
                .collect();
            out.push_str(cells.join("   ").trim_end());
            out.push('\n');
        }
        let _ = writeln!(
            out,
            "Main thread: {} times what the cheaper peer adds (limit {TASK_SHARE}, aim {TASK_AIM}). LCP: {} times the plain page's (limit {LCP_SHARE}).",
            shown(self.measured.share(&TASK), 2),
            shown(self.measured.lcp_share(), 3),
        );
        let problems = self.measured.problems();
        out.extend(problems.iter().map(|problem| format!("NO: {problem}\n")));
        if problems.is_empty() {
            out.push_str("All limits hold.\n");
        }
        let _ = writeln!(out, "Each round is drawn in {CHART}.");
        out
    }

    fn head() -> Vec<String> {
        let figures = FIGURES.iter().map(|figure| format!("{}, {}", figure.title, figure.unit));
        let mut cells = vec![String::new()];
        cells.extend(figures);
        cells.extend(["brotli".into(), "failed entry script to page".into()]);
        cells
    }

    fn line(&self, site: &Site) -> Vec<String> {
        let guest = site.guest;
        let mut cells = vec![self.title(guest)];
        cells.extend(FIGURES.iter().map(|figure| {
            let median = self.measured.median(guest, figure);
            match guest {
                Guest::None => format!("{median:.0}       "),
                _ => format!("{median:.0} {:>+6.0}", self.measured.added(guest, figure)),
            }
        }));
        cells.push(match (site.bytes.start, site.bytes.later) {
            (0, 0) => "-".into(),
            (start, 0) => start.to_string(),
            (start, later) => format!("{start} + {later}"),
        });
        cells.push(self.comeback(guest));
        cells
    }

    fn comeback(&self, guest: Guest) -> String {
        let Some(failure) = self.measured.failure(guest) else { return "-".into() };
        let (came, loads) = (failure.came_back(), failure.times.len());
        match failure.quartiles() {
            None => format!("does not come back ({} s)", COMES_BACK_WITHIN.as_secs()),
            Some(times) if came == loads => format!("{:.0} ms", times.median),
            Some(times) => format!("{:.0} ms, {came} of {loads} loads", times.median),
        }
    }

    /// The guard's line divided by the cheaper peer's.
    fn shares(&self) -> Vec<String> {
        let mut cells = vec!["Pagemend / the lower peer".to_string()];
        cells.extend(FIGURES.iter().map(|figure| shown(self.measured.share(figure), 2)));
        cells.push(shown(self.bytes_share(), 2));
        cells
    }

    /// Of the bytes at start.
    fn bytes_share(&self) -> Option<f64> {
        let start = |guest| self.sites.iter().find(|site| site.guest == guest).map(|site| site.bytes.start as f64);
        Some(start(Guest::Pagemend)? / start(Guest::Sentry)?.min(start(Guest::Faro)?))
    }

    fn title(&self, guest: Guest) -> String {
        let package = guest.package().unwrap_or(guest.name());
        version(guest, self.manifest).map_or(package.into(), |version| format!("{package} {version}"))
    }

    pub fn json(&self) -> Value {
        let measured = self.measured;
        let problems = measured.problems();
        let guard = measured.failure(Guest::Pagemend);
        json!({
            "ok": problems.is_empty(),
            "summary": {
                "rounds": measured.rounds.len(),
                "taskShare": measured.share(&TASK).map(thousandths),
                "taskShareLimit": TASK_SHARE,
                "taskShareAim": TASK_AIM,
                "lcpShare": measured.lcp_share().map(thousandths),
                "lcpShareLimit": LCP_SHARE,
                "guardTaskMs": tenths(measured.added(Guest::Pagemend, &TASK)),
                "guardLcpMs": tenths(measured.added(Guest::Pagemend, &LCP)),
                "guardComebackMs": guard.and_then(|guard| guard.quartiles()).map(|times| tenths(times.median)),
                "problems": problems,
                "picture": CHART,
            },
            "rows": self.sites.iter().map(|site| self.row(site)).collect::<Vec<_>>(),
        })
    }

    fn row(&self, site: &Site) -> Value {
        let guest = site.guest;
        let failure = self.measured.failure(guest);
        let mut row = json!({
            "guest": guest.name(),
            "package": guest.package(),
            "version": version(guest, self.manifest),
            "brotliStart": site.bytes.start,
            "brotliLater": site.bytes.later,
            "failedLoads": failure.map(|failure| failure.times.len()),
            "cameBack": failure.map(|failure| failure.came_back()),
            "comebackMs": failure.and_then(|failure| failure.quartiles()).map(quartiles),
        });
        for figure in &FIGURES {
            row[figure.key] = json!({
                "median": tenths(self.measured.median(guest, figure)),
                "added": quartiles(Quartiles::of(self.measured.differences(guest, figure))),
            });
        }
        row
    }
}

/// Who adds nothing has no share that could be compared.
fn shown(share: Option<f64>, decimals: usize) -> String {
    match share {
        None => "-".into(),
        Some(share) if share <= 0.0 => "none".into(),
        Some(share) => format!("{share:.decimals$}"),
    }
}

fn quartiles(of: Quartiles) -> Value {
    json!({"q1": tenths(of.low), "median": tenths(of.median), "q3": tenths(of.high)})
}

fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or_default();
    let width = |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max();
    (0..columns).map(|at| width(at).unwrap_or_default()).collect()
}

/// Names to the left, figures to the right.
fn aligned(at: usize, cell: &str, width: usize) -> String {
    if at == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::{Failure, Load};
    use crate::site::Bytes;
    use std::path::PathBuf;

    fn measured(guard: f64) -> Measured {
        let load = |task_ms| Load { task_ms, lcp_ms: 400.0, ..Load::default() };
        let failure = |guest, time| Failure { guest, times: vec![time] };
        Measured {
            rounds: vec![[load(500.0), load(500.0 + guard), load(600.0), load(640.0)]; 3],
            failures: vec![
                failure(Guest::None, None),
                failure(Guest::Pagemend, Some(900.0)),
                failure(Guest::Faro, None),
            ],
        }
    }

    fn sites() -> Vec<Site> {
        let bytes = [(0, 0), (4000, 110_000), (46_000, 0), (36_000, 0)];
        let site = |(guest, (start, later))| Site { guest, folder: PathBuf::new(), bytes: Bytes { start, later } };
        Guest::ALL.into_iter().zip(bytes).map(site).collect()
    }

    fn told<T>(guard: f64, tell: impl Fn(&Report) -> T) -> T {
        let manifest = json!({"devDependencies": {"@sentry/browser": "11.0.0", "@grafana/faro-web-sdk": "2.0.0"}});
        tell(&Report { measured: &measured(guard), sites: &sites(), manifest: &manifest })
    }

    #[test]
    fn the_table_tells_additions_shares_and_who_does_not_come_back() {
        let table = told(40.0, |report| report.table());
        let line = |start: &str| table.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_string();
        assert!(line("plain").contains("500"), "{table}");
        assert!(line("plain").contains("does not come back"), "{table}");
        assert!(line("pagemend").contains("540    +40") && line("pagemend").contains("4000 + 110000"), "{table}");
        assert!(line("pagemend").ends_with("900 ms"), "{table}");
        assert!(line("@sentry/browser 11.0.0").contains("+100"), "{table}");
        assert!(line("@grafana/faro-web-sdk 2.0.0").ends_with("does not come back (20 s)"), "{table}");
        assert!(line("Pagemend /").contains("0.40") && line("Pagemend /").contains("0.11"), "{table}");
        assert!(table.contains("All limits hold"), "{table}");
    }

    #[test]
    fn ok_agrees_with_the_limits_and_the_table_names_what_does_not_hold() {
        for (guard, ok) in [(80.0, true), (90.0, false)] {
            let json = told(guard, |report| report.json());
            assert_eq!(json["ok"], json!(ok));
            assert_eq!(json["summary"]["problems"].as_array().map(Vec::len), Some(usize::from(!ok)));
            assert_eq!(told(guard, |report| report.table()).contains("\nNO: "), !ok);
        }
    }

    #[test]
    fn json_has_a_row_for_each_guest() {
        let json = told(40.0, |report| report.json());
        assert_eq!(json["summary"]["taskShare"], json!(0.4));
        assert_eq!(json["summary"]["guardComebackMs"], json!(900.0));
        let guests: Vec<_> = json["rows"].as_array().unwrap().iter().map(|row| row["guest"].as_str()).collect();
        assert_eq!(guests, [Some("plain"), Some("Pagemend"), Some("Sentry"), Some("Faro")]);
        assert_eq!(json["rows"][2]["taskMs"]["added"], json!({"q1": 100.0, "median": 100.0, "q3": 100.0}));
        assert_eq!(json["rows"][3]["cameBack"], json!(0));
    }
}
