//! The accept loop of one origin. "Offline" happens here, because a browser tells a reset connection from any answer.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Runs until it is aborted; its connections end with it.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut offline: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if *offline.borrow_and_update() => reset(&stream),
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), offline.clone()));
                }
                // Out of file descriptors, or a client that is already gone: neither is a reason to stop.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, router: Router, mut offline: watch::Receiver<bool>) {
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::select! {
        // An error here is the client's end of the line, nothing that the server could mend.
        _ = &mut connection => {}
        Ok(_) = offline.wait_for(|offline| *offline) => reset(connection.into_parts().io.inner()),
    }
}

/// The next drop of the stream sends RST, not FIN: like a cable that is pulled, and no half answer looks complete.
fn reset(stream: &TcpStream) {
    // Fails only on a socket that is gone already.
    let _ = stream.set_zero_linger();
}
