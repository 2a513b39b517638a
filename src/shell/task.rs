//! Work that waits for the browser: futures, each poll of which passes the gate.

use super::state::Shell;
use super::web::caught;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen_futures::spawn_local;

/// Runs it to its end, beginning in the next microtask. What is thrown or trapped on the way ends it, and is counted as any failure of the guard.
/// Where there are no microtasks any more, the guard cannot go on.
pub fn spawn(shell: &'static Shell, work: impl Future<Output = ()> + 'static) {
    let mut task = Some(Gated { shell, work: Box::pin(work), ended: false });
    let spawned = caught(|| {
        if let Some(task) = task.take() {
            spawn_local(task);
        }
    });
    if let Err(thrown) = spawned {
        shell.lost(&thrown);
    }
}

/// A trap never unwinds: one that left through the executor would leave it borrowed for good, and every other future with it.
struct Gated {
    shell: &'static Shell,
    work: Pin<Box<dyn Future<Output = ()>>>,
    ended: bool,
}

impl Future for Gated {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Gated { shell, work, ended } = self.get_mut();
        if *ended {
            return Poll::Ready(());
        }
        let mut polled = Poll::Ready(());
        let whole = shell.pass(|| polled = work.as_mut().poll(context));
        *ended = !whole || polled.is_ready();
        if *ended { Poll::Ready(()) } else { Poll::Pending }
    }
}
