//! The listener: takes requests until told to stop, then lets the open ones finish.

use crate::app::App;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// Open requests get this long once the server stops; event streams end by themselves.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Serves until `app.stop` falls.
pub async fn run(app: Arc<App>, listener: TcpListener) -> io::Result<()> {
    let stop = app.stop.clone();
    let service = super::router(&app).into_make_service_with_connect_info::<SocketAddr>();
    let serve = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    tokio::select! {
        served = serve => served,
        () = async { stop.cancelled().await; tokio::time::sleep(LAST_REQUESTS).await } => Ok(()),
    }
}
