//! Takes every page through every engine and judge, some side by side.
use crate::lane::{self, Lane};
use crate::score::{Grade, grade};
use crate::server::{Judge, Server};
use crate::table::{How, Page};
use crate::watch::{self, PAGEMEND, PEERS, Word};
use anyhow::{Context, Result, bail};
use pagemend_lab::drivers::{Desk, Engine};
use pagemend_lab::process::Screen;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// Longer than any page is watched; whatever takes longer is stuck.
const PAGE_LIMIT: Duration = Duration::from_secs(75);

pub struct Plan {
    pub engines: Vec<Engine>,
    pub pages: Vec<Page>,
    /// The peers' script, unless they are left out.
    pub peers: Option<PathBuf>,
    pub jobs: Option<usize>,
    pub screenshots: Option<PathBuf>,
    /// A folder to write to.
    pub scratch: PathBuf,
}

/// A page in an engine, by a judge.
pub struct Row {
    pub engine: Engine,
    pub page: Page,
    pub word: Word,
    /// The page could not be judged at all.
    pub error: Option<String>,
}

impl Row {
    pub fn grade(&self) -> Option<Grade> {
        self.error.is_none().then(|| grade(self.page.label, &self.word.opinion))
    }

    /// What was said, for the progress; a mistake is marked.
    fn said(&self) -> String {
        let opinion = &self.word.opinion;
        let mark = match self.grade() {
            Some(Grade::Right) => String::new(),
            Some(grade) => format!("{}: ", grade.name().to_uppercase()),
            None => "FAILED: ".into(),
        };
        match (&self.error, &opinion.told) {
            (Some(error), _) => mark + error.as_str(),
            (None, Some(told)) => {
                let seconds = opinion.ms.unwrap_or(0.0) / 1000.0;
                let cause = opinion.cause.as_ref().map_or(String::new(), |cause| format!(" {cause}"));
                format!("{mark}{told}{cause} {seconds:.1} s")
            }
            (None, None) => mark + opinion.last.as_deref().unwrap_or("silent"),
        }
    }
}

/// One line on standard error as soon as a page is done.
fn progress(rows: &[Row], done: usize, of: usize) {
    let Some(Row { engine, page, .. }) = rows.first() else { return };
    let said: Vec<_> = match rows {
        [row] => vec![row.said()],
        rows => rows.iter().map(|row| format!("{} {}", row.word.judge, row.said())).collect(),
    };
    eprintln!("  {done:>3}/{of} {:<8} {:<36} {:<7} {}", engine.name(), page.name, page.label.name(), said.join(", "));
}

/// Which judges a page meets at once.
#[derive(Clone)]
enum Bench {
    Pagemend,
    /// All peers are in one script; each minds its own business.
    Peers(PathBuf),
}

impl Bench {
    fn judge(&self, page: &Page) -> Judge {
        match self {
            Bench::Pagemend if page.how == How::Early => Judge::Early,
            Bench::Pagemend => Judge::Recorded,
            Bench::Peers(script) => Judge::Script(script.clone()),
        }
    }

    fn judges(&self) -> &'static [&'static str] {
        match self {
            Bench::Pagemend => &[PAGEMEND],
            Bench::Peers(_) => &PEERS,
        }
    }
}

pub async fn run(plan: &Plan, server: &Server) -> Result<Vec<Row>> {
    let screen = if plan.engines.contains(&Engine::Webkit) { Some(Screen::start()?) } else { None };
    let mut rows = Vec::new();
    for engine in &plan.engines {
        let screen = screen.as_ref().filter(|_| *engine == Engine::Webkit);
        let desk = screen.map(|screen| lane::desk(screen, plan.scratch.join("webkit"))).transpose()?;
        rows.extend(lanes(plan, *engine, server, plan.pages.clone(), &Bench::Pagemend, desk).await?);
        if let (Engine::Chromium, Some(script)) = (engine, &plan.peers) {
            // A peer looks when it looks: it cannot be asked early.
            let pages = plan.pages.iter().filter(|page| page.how != How::Early).cloned().collect();
            rows.extend(lanes(plan, *engine, server, pages, &Bench::Peers(script.clone()), None).await?);
        }
    }
    Ok(rows)
}

/// Rows come back in the order of the tables, however the lanes took them.
async fn lanes(
    plan: &Plan,
    engine: Engine,
    server: &Server,
    pages: Vec<Page>,
    bench: &Bench,
    desk: Option<Desk>,
) -> Result<Vec<Row>> {
    let of = pages.len();
    let mut queue: Vec<_> = pages.into_iter().enumerate().collect();
    // Another screen is another browser: one screen after the other.
    queue.sort_by_key(|(_, page)| page.size);
    let queue: Arc<Mutex<VecDeque<_>>> = Arc::new(Mutex::new(queue.into()));
    let done = Arc::new(Mutex::new(0));
    let jobs = plan.jobs.unwrap_or(if engine == Engine::Webkit { 3 } else { 4 }).min(of);
    let mut workers = JoinSet::new();
    for _ in 0..jobs {
        let (queue, done, server, bench, desk) =
            (queue.clone(), done.clone(), server.clone(), bench.clone(), desk.clone());
        let screenshots = plan.screenshots.clone().filter(|_| matches!(bench, Bench::Pagemend));
        workers.spawn(async move {
            let mut lane = Lane::start(engine, desk).await?;
            let mut rows = Vec::new();
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some((at, page)) = next else { break };
                let picture =
                    screenshots.as_ref().map(|folder| folder.join(format!("{}-{}.png", engine.name(), page.name)));
                let words = judged(&mut lane, &server, &page, &bench, picture).await;
                let row = |word, error| Row { engine, page: page.clone(), word, error };
                let made: Vec<Row> = match words {
                    Ok(words) => words.into_iter().map(|word| row(word, None)).collect(),
                    Err(error) => {
                        let unheard = |judge: &&'static str| Word { judge, ..Word::default() };
                        let failed = |judge| row(unheard(judge), Some(format!("{error:#}")));
                        bench.judges().iter().map(failed).collect()
                    }
                };
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                *done += 1;
                progress(&made, *done, of);
                rows.push((at, made));
            }
            // What was measured stands, however the browser ends.
            lane.close().await.ok();
            anyhow::Ok(rows)
        });
    }
    let mut rows = Vec::new();
    while let Some(done) = workers.join_next().await {
        rows.extend(done.context("a lane broke")??);
    }
    rows.sort_by_key(|(at, _)| *at);
    Ok(rows.into_iter().flat_map(|(_, rows)| rows).collect())
}

/// A browser that fails is no judgement: the page is tried once more, in a fresh one. So is a page whose engine does not come up: once in some
/// hundred browsers it came on none of the dozen pages that one of them opened, and on each of them in another; so is one that draws no frame, on whatever page,
/// which happens where many are begun at once. What the page knows is told.
async fn judged(
    lane: &mut Lane,
    server: &Server,
    page: &Page,
    bench: &Bench,
    picture: Option<PathBuf>,
) -> Result<Vec<Word>> {
    let mut first = None;
    for _ in 0..2 {
        let tried = timeout(PAGE_LIMIT, once(lane, server, page, bench, picture.as_ref())).await;
        let error = match tried {
            Ok(Ok(mut words)) => {
                let absent = words.iter().find(|word| word.absent && first.is_none());
                let Some(word) = absent else {
                    for word in &mut words {
                        word.again = first.is_some();
                    }
                    return Ok(words);
                };
                anyhow::anyhow!("{}", word.reason)
            }
            Ok(Err(error)) => error,
            Err(_) => anyhow::anyhow!("not over after {PAGE_LIMIT:?}"),
        };
        if let Some(first) = first {
            bail!("{error:#}; and before: {first:#}");
        }
        eprintln!("  {}: {error:#}; trying once more with a fresh browser", page.name);
        first = Some(error);
        lane.close().await?;
    }
    bail!("not tried")
}

async fn once(
    lane: &mut Lane,
    server: &Server,
    page: &Page,
    bench: &Bench,
    picture: Option<&PathBuf>,
) -> Result<Vec<Word>> {
    let document = page.document()?;
    let mut visit = server.open(document, bench.judge(page)).await?;
    let browser = lane.browser(page.size).await?;
    let began = Instant::now();
    lane::navigate(browser, &visit.url).await?;
    let words = match bench {
        Bench::Pagemend => vec![watch::pagemend(&mut visit, page, browser, began).await?],
        Bench::Peers(_) => watch::peers(&mut visit, page, browser, began).await?,
    };
    if let Some(path) = picture {
        match lane.picture().await {
            Ok(png) => std::fs::write(path, png)?,
            Err(error) => eprintln!("  no picture {}: {error:#}", path.display()),
        }
    }
    lane.leave().await?;
    Ok(words)
}
