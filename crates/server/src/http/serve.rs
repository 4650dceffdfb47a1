//! The listener: takes connections until told to stop, closes those on which nothing comes, and lets open requests finish.

use crate::app::App;
use axum::{extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// Open requests get this long once the server stops; event streams end by themselves.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// Without room for another connection, some time passes before the next try.
const NO_ROOM: Duration = Duration::from_millis(500);

/// Serves until `app.stop` falls.
pub async fn run(app: Arc<App>, listener: TcpListener) -> io::Result<()> {
    let mut http = http1::Builder::new();
    let idle = Duration::from_secs(app.config.server.idle_seconds);
    http.timer(TokioTimer::new()).header_read_timeout(idle);
    let (router, open) = (super::router(&app), GracefulShutdown::new());
    while let Some((stream, address)) = next(&app, &listener).await {
        let service = router.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(address));
            request
        });
        let service = TowerToHyperService::new(service);
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        #[expect(clippy::disallowed_methods, reason = "`open` waits for it, for as long as open requests have")]
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
    drop(listener);
    tokio::select! {
        () = open.shutdown() => {}
        () = tokio::time::sleep(LAST_REQUESTS) => {}
    }
    Ok(())
}

/// The next connection; none once the server stops.
async fn next(app: &App, listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    loop {
        let accepted = tokio::select! {
            () = app.stop.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                // Small answers and events go out at once; where that cannot be had they only come later.
                let _ = stream.set_nodelay(true);
                return Some((stream, address));
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(NO_ROOM).await;
            }
        }
    }
}
