//! Work that waits for the browser: futures, each poll of which passes the gate.

use super::state::Shell;
use super::web::caught;
use futures_util::future::maybe_done;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen_futures::spawn_local;

/// Runs it to its end, beginning in the next microtask. What is thrown or trapped on the way ends it, and is counted as any failure of the guard.
/// Where there are no microtasks any more, the guard cannot go on.
pub fn spawn(shell: &'static Shell, work: impl Future<Output = ()> + 'static) {
    spawn_boxed(shell, Box::pin(work));
}

fn spawn_boxed(shell: &'static Shell, work: Pin<Box<dyn Future<Output = ()>>>) {
    let mut task = Some(Gated { shell, work: Some(work) });
    let spawned = caught(|| {
        if let Some(task) = task.take() {
            spawn_local(task);
        }
    });
    if let Err(thrown) = spawned {
        shell.lost(&thrown);
    }
}

/// All of them side by side, and what they came to in their order. For the few that are waited for here: each of them is polled whenever one goes on.
pub async fn all<F: Future>(work: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = work.map(|one| Box::pin(maybe_done(one))).collect();
    poll_fn(|context| {
        let mut waiting = false;
        for one in &mut all {
            waiting |= one.as_mut().poll(context).is_pending();
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    all.iter_mut().filter_map(|one| one.as_mut().take_output()).collect()
}

/// A trap never unwinds: one that left through the executor would leave it borrowed for good, and every other future with it.
struct Gated {
    shell: &'static Shell,
    /// `None` once it has ended.
    work: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl Future for Gated {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Gated { shell, work } = self.get_mut();
        let Some(mut working) = work.take() else { return Poll::Ready(()) };
        let mut polled = Poll::Ready(());
        if !shell.pass(|| polled = working.as_mut().poll(context)) {
            // Cut off in the middle, it does not know what of it is still there: to drop that would be to drop some of it twice.
            std::mem::forget(working);
            return Poll::Ready(());
        }
        if polled.is_pending() {
            *work = Some(working);
        }
        polled
    }
}
