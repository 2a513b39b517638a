//! The corpus as its two tables describe it. A row that cannot be meant so is an error that names it and what is allowed.
use crate::document::{self, Document, Files};
use crate::lane::Size;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a person who looks at the page would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Blank,
    Partial,
    /// Placeholders past their deadline.
    Loading,
    Content,
    /// No verdict is right: hidden, prerendered, too early, without size.
    None,
}

impl Label {
    const ALL: [(&str, Label); 5] = [
        ("blank", Label::Blank),
        ("partial", Label::Partial),
        ("loading", Label::Loading),
        ("content", Label::Content),
        ("none", Label::None),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, label)| *label == self).map_or("none", |(name, _)| name)
    }

    pub fn faulty(self) -> bool {
        matches!(self, Label::Blank | Label::Partial | Label::Loading)
    }
}

pub const CAUSES: [&str; 14] = [
    "offline",
    "network",
    "overload",
    "api",
    "resource",
    "script",
    "stale-deploy",
    "stale-link",
    "cache-damaged",
    "unsupported",
    "blocked-by-policy",
    "refused",
    "hidden-by-style",
    "unknown",
];

/// The columns of render/table.md and real/table.md; one more, for people, ends each.
const RENDER: [&str; 6] = ["page", "screen", "label", "cause", "how", "watch"];
const REAL: [&str; 7] = ["page", "screen", "package", "path", "block", "label", "cause"];

const SCREENS: [(&str, Size); 2] =
    [("phone", Size { width: 375, height: 812 }), ("desktop", Size { width: 1280, height: 800 })];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Opened,
    /// In a frame of no size.
    Framed,
    /// Judged before any deadline.
    Early,
}

const HOWS: [(&str, How); 3] = [("-", How::Opened), ("frame-0x0", How::Framed), ("early", How::Early)];

/// How long a page with content must be left alone before it counts as silent.
const WATCH: Duration = Duration::from_millis(4500);

#[derive(Clone, Debug)]
pub struct Page {
    pub name: String,
    /// From an npm package, not made for the corpus.
    pub real: bool,
    pub size: Size,
    pub label: Label,
    /// Of a faulty page.
    pub cause: String,
    pub how: How,
    pub watch: Duration,
    /// What a person sees, and why.
    pub seen: String,
    file: PathBuf,
    /// Where it is served.
    path: String,
    blocked: Vec<String>,
    files: Files,
}

impl Page {
    pub fn document(&self) -> Result<Document> {
        let source = std::fs::read(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
        let mut document = Document::of(source, Path::new(""));
        document.path.clone_from(&self.path);
        document.files = self.files.clone();
        document.blocked.clone_from(&self.blocked);
        document.framed = self.how == How::Framed;
        Ok(document)
    }
}

/// Every page of both tables. `root` is tests/corpus.
pub fn pages(root: &Path) -> Result<Vec<Page>> {
    let mut problems = Vec::new();
    let mut pages = corpus(&root.join("render"), &mut problems)?;
    pages.extend(from_packages(&root.join("real"), &mut problems)?);
    let mut names = HashSet::new();
    for page in &pages {
        if !names.insert(page.name.clone()) {
            problems.push(format!("{}: there are two pages of this name", page.name));
        }
    }
    if problems.is_empty() {
        Ok(pages)
    } else {
        bail!("the corpus is not as it should be:\n  {}", problems.join("\n  "))
    }
}

fn corpus(folder: &Path, problems: &mut Vec<String>) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    let mut named = BTreeSet::new();
    for row in rows(&folder.join("table.md"), &RENDER)? {
        let [page, screen, label, cause, how, watch, seen] = row.cells();
        named.insert(page.clone());
        let mut check = Check { row: &row, problems };
        let file = folder.join("pages").join(format!("{page}.html"));
        check.file(&file);
        let label = check.one_of("label", &label, &Label::ALL);
        let watch = if watch == "-" { Some(WATCH.as_secs_f64()) } else { watch.parse().ok().filter(|s| *s > 0.0) };
        if watch.is_none() {
            check.problem("watch: seconds above 0, or -");
        }
        let (Some(size), Some(label), Some(how), Some(watch)) =
            (check.one_of("screen", &screen, &SCREENS), label, check.one_of("how", &how, &HOWS), watch)
        else {
            continue;
        };
        let cause = check.cause(label, &cause);
        let watch = Duration::from_secs_f64(watch);
        let (files, path, blocked) = (Files::Assets(folder.join("assets")), "/".to_string(), Vec::new());
        pages.push(Page { name: page, real: false, size, label, cause, how, watch, seen, file, path, blocked, files });
    }
    let there = std::fs::read_dir(folder.join("pages")).into_iter().flatten().flatten();
    for entry in there {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(page) = name.strip_suffix(".html")
            && !named.contains(page)
        {
            problems.push(format!("pages/{name} has no row in {}", folder.join("table.md").display()));
        }
    }
    Ok(pages)
}

fn from_packages(folder: &Path, problems: &mut Vec<String>) -> Result<Vec<Page>> {
    let modules = folder.join("node_modules");
    let mut pages = Vec::new();
    for row in rows(&folder.join("table.md"), &REAL)? {
        let [page, screen, package, path, block, label, cause, seen] = row.cells();
        let mut check = Check { row: &row, problems };
        let path = format!("/{package}/{path}");
        let file = modules.join(&path[1..]);
        check.file(&file);
        let (Some(size), Some(label)) =
            (check.one_of("screen", &screen, &SCREENS), check.one_of("label", &label, &Label::ALL))
        else {
            continue;
        };
        let cause = check.cause(label, &cause);
        let blocked = block.split_whitespace().filter(|glob| *glob != "-").map(String::from).collect();
        let (how, watch, files) = (How::Opened, WATCH, Files::Site(modules.clone()));
        pages.push(Page { name: page, real: true, size, label, cause, how, watch, seen, file, path, blocked, files });
    }
    Ok(pages)
}

struct Row {
    /// Where it stands, for what is said about it.
    place: String,
    cells: Vec<String>,
}

impl Row {
    /// As many as there are columns; `rows` has seen to that.
    fn cells<const N: usize>(&self) -> [String; N] {
        std::array::from_fn(|at| self.cells.get(at).cloned().unwrap_or_default())
    }
}

struct Check<'a> {
    row: &'a Row,
    problems: &'a mut Vec<String>,
}

impl Check<'_> {
    fn problem(&mut self, text: &str) {
        self.problems.push(format!("{}: {text}", self.row.place));
    }

    fn one_of<T: Copy>(&mut self, column: &str, given: &str, known: &[(&str, T)]) -> Option<T> {
        let found = known.iter().find(|(name, _)| *name == given).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            self.problem(&format!("{column} is `{given}`; allowed: {}", names.join(", ")));
        }
        found
    }

    /// Faulty pages have one, others have none.
    fn cause(&mut self, label: Label, given: &str) -> String {
        if label.faulty() && !CAUSES.contains(&given) {
            self.problem(&format!("cause is `{given}`; allowed with {}: {}", label.name(), CAUSES.join(", ")));
        } else if !label.faulty() && given != "-" {
            self.problem(&format!("cause is `{given}`; allowed with {}: -", label.name()));
        }
        given.to_string()
    }

    fn file(&mut self, file: &Path) {
        if !file.is_file() {
            self.problem(&format!("there is no file {}", file.display()));
        }
    }
}

/// The rows of the one pipe table in a file. Its first columns must be these; one more, for people, ends it.
fn rows(file: &Path, columns: &[&str]) -> Result<Vec<Row>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    parse(&text, columns).with_context(|| format!("in {}", file.display()))
}

fn parse(text: &str, columns: &[&str]) -> Result<Vec<Row>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with('|'));
    let wanted = columns.join(" | ");
    let Some((_, head)) = lines.next() else { bail!("there is no table with the columns {wanted}") };
    let head = cells(head);
    if head.len() != columns.len() + 1 || !head.iter().zip(columns).all(|(is, wanted)| is == wanted) {
        bail!("the table's columns are {}; they must be {wanted}, and one for people", head.join(" | "));
    }
    let rule = |cells: &[String]| cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-: ".contains(c)));
    let mut rows = Vec::new();
    for (at, line) in lines {
        let cells = cells(line);
        if rows.is_empty() && rule(&cells) {
            continue;
        }
        let place = format!("line {}, page {}", at + 1, cells.first().map_or("?", String::as_str));
        if cells.len() != head.len() {
            bail!("{place}: {} cells; there are {} columns", cells.len(), head.len());
        }
        rows.push(Row { place, cells });
    }
    Ok(rows)
}

/// `\|` is a bar in a cell; backticks around a cell are for readers.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim().replace("\\|", "\u{1}");
    let line = line.strip_prefix('|').unwrap_or(&line);
    let line = line.strip_suffix('|').unwrap_or(line);
    line.split('|').map(|cell| cell.trim().trim_matches('`').replace('\u{1}', "|")).collect()
}

/// Whether each of these names is that of a page, which can be told before anything is installed.
pub fn known(root: &Path, names: &[String]) -> Result<()> {
    let mut known = Vec::new();
    for (folder, columns) in [("render", RENDER.as_slice()), ("real", REAL.as_slice())] {
        let rows = rows(&root.join(folder).join("table.md"), columns)?;
        known.extend(rows.into_iter().filter_map(|row| row.cells.into_iter().next()));
    }
    match names.iter().find(|name| !known.iter().any(|page| document::matches(name, page))) {
        Some(name) => bail!("no page is called {name}; the tables in {} name them all", root.display()),
        None => Ok(()),
    }
}

/// Which pages a run is about: all, or those that are named.
pub fn chosen(mut pages: Vec<Page>, names: &[String]) -> Vec<Page> {
    pages.retain(|page| names.is_empty() || names.iter().any(|name| document::matches(name, &page.name)));
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_by_its_columns_and_a_bar_can_be_written_in_a_cell() {
        let text = "words\n\n| page | label | seen |\n| --- | :-- | --- |\n| a-page | `blank` | white \\| empty |\n";
        let rows = parse(text, &["page", "label"]).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].cells::<3>(), ["a-page", "blank", "white | empty"]);
        assert_eq!(rows[0].place, "line 5, page a-page");
    }

    #[test]
    fn a_table_of_other_columns_or_a_row_of_too_few_cells_is_refused() {
        let refusal = |text| parse(text, &["page", "label"]).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refusal("| page | screen | seen |\n").contains("must be page | label"));
        assert!(refusal("| page | label | seen |\n|--|--|--|\n| a | blank |\n").contains("page a: 2 cells"));
        assert!(refusal("no table").contains("no table"));
    }

    #[test]
    fn a_wrong_cell_names_its_row_and_what_is_allowed() {
        let row = Row { place: "line 9, page x".into(), cells: Vec::new() };
        let mut problems = Vec::new();
        let mut check = Check { row: &row, problems: &mut problems };
        assert_eq!(check.one_of("label", "white", &Label::ALL), None);
        check.cause(Label::Blank, "-");
        check.cause(Label::Content, "api");
        check.cause(Label::Loading, "api");
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(problems[0], "line 9, page x: label is `white`; allowed: blank, partial, loading, content, none");
        assert!(problems[1].contains("allowed with blank: offline, network"));
        assert!(problems[2].ends_with("allowed with content: -"));
    }
}
