//! The server in a test: the real router on a new SQLite database, a clock that stands, mail in a folder.

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use insights::{
    app::App,
    clock::{Clock, Timestamp},
    commands::serve::open_store,
    config, http, jobs,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};
use testkit::TempDir;
use tower::ServiceExt;

/// The time at which every test begins: 2026-03-01 12:00 UTC.
pub const START_MS: i64 = 1_772_366_400_000;
pub const DAY_MS: i64 = 86_400_000;

/// One server with its data folder.
pub struct TestApp {
    pub app: Arc<App>,
    router: Router,
    dir: Arc<TempDir>,
}

/// Who acts: keeps cookies as a browser does.
pub struct Client {
    router: Router,
    cookies: BTreeMap<String, String>,
    address: SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl TestApp {
    /// A server on its first start: one company, one recruiter, the demo.
    pub async fn start() -> TestApp {
        TestApp::start_with("").await
    }

    /// The same with more configuration (TOML).
    pub async fn start_with(extra: &str) -> TestApp {
        let dir = TempDir::new();
        let file = dir.path().join("config.toml");
        // Whatever key the machine's environment holds, no test calls anybody.
        let own = if extra.contains("[provider]") { "" } else { "[provider]\nkind = \"own\"\n" };
        std::fs::write(&file, format!("{own}[server]\ndata_dir = {:?}\n{extra}", dir.path())).unwrap();
        let config = config::load(Some(&file)).unwrap();
        let store = open_store(&config).await.unwrap();
        let clock = Clock::fake(Timestamp(START_MS * 1000));
        let app = App::new(config, store, clock).unwrap();
        insights::first_start::prepare(&app).await.unwrap();
        TestApp { router: http::router(&app), app, dir: Arc::new(dir) }
    }

    /// A second server process on the same data, with the same time.
    pub async fn again(&self) -> TestApp {
        let config = self.app.config.clone();
        let store = open_store(&config).await.unwrap();
        let app = App::new(config, store, Clock::fake(self.app.now())).unwrap();
        TestApp { router: http::router(&app), app, dir: self.dir.clone() }
    }

    /// Somebody who is nobody yet.
    pub fn anyone(&self) -> Client {
        self.from("127.0.0.1:50000")
    }

    /// Somebody at another address.
    pub fn from(&self, address: &str) -> Client {
        Client { router: self.router.clone(), cookies: BTreeMap::new(), address: address.parse().unwrap() }
    }

    /// The first recruiter, signed in.
    pub async fn recruiter(&self) -> Client {
        let token = std::fs::read_to_string(self.dir.path().join("operator.token")).unwrap();
        let mut client = self.anyone();
        client.post("/v1/sign-in/link", json!({ "token": token })).await.expect(200);
        client
    }

    /// A recruiter of another company on the same server.
    pub async fn stranger(&self) -> Client {
        let token = other_company(&self.app).await;
        let mut client = self.anyone();
        client.post("/v1/sign-in/link", json!({ "token": token })).await.expect(200);
        client
    }

    /// Runs the jobs that are due now and gives their number.
    pub async fn run_jobs(&self) -> usize {
        let mut ran = 0;
        while jobs::run_one(&self.app).await.unwrap() {
            ran += 1;
        }
        ran
    }

    /// The texts of the mails that were sent.
    pub fn mails(&self) -> Vec<String> {
        let Ok(folder) = std::fs::read_dir(self.dir.path().join("mail")) else { return vec![] };
        let eml = folder.map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "eml"));
        eml.map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }
}

/// A second company with one member; gives a sign-in token.
async fn other_company(app: &App) -> String {
    use insights::{
        ids::TenantId,
        secrets,
        store::{DoorKind, MemberRow},
    };
    let (tenant, now): (TenantId, _) = (app.id(), app.now());
    let token = secrets::new_secret();
    let member = MemberRow {
        id: app.id(),
        email: "stranger@elsewhere.example".into(),
        name: "Stranger".into(),
        role: "admin".into(),
        password_hash: None,
    };
    let until = Timestamp(now.0 + 1_000_000_000);
    let hash = secrets::hash(&token);
    app.store
        .tenant(&tenant)
        .write(async |db| {
            db.add_tenant("Elsewhere", "hello@elsewhere.example", now).await?;
            db.add_member(&member, now).await?;
            db.add_sign_in_link(&hash, &member.id, now, until).await?;
            db.add_door(DoorKind::SignInLink, &hash, member.id.as_str(), Some(until)).await
        })
        .await
        .unwrap();
    token
}

impl Client {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], Body::from(body.to_string())).await
    }

    pub async fn put(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, &[("content-type", "application/json")], Body::from(body.to_string())).await
    }

    /// The same browser at another server process.
    pub fn moved_to(mut self, server: &TestApp) -> Client {
        self.router = server.router.clone();
        self
    }

    /// Opens an event stream.
    pub async fn events(&mut self, path: &str) -> Events {
        let response = self.response(Method::GET, path, &[], Body::empty()).await;
        assert_eq!(response.status(), StatusCode::OK);
        Events { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// Any request.
    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let (parts, body) = self.response(method, path, headers, body).await.into_parts();
        let is_stream =
            parts.headers.get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"text/event-stream"));
        let bytes = if is_stream { Default::default() } else { axum::body::to_bytes(body, 4 << 20).await.unwrap() };
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// A body that is no text: status, headers, bytes.
    pub async fn bytes(&mut self, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, Vec<u8>) {
        let (parts, body) = self.response(Method::GET, path, headers, Body::empty()).await.into_parts();
        let bytes = axum::body::to_bytes(body, 16 << 20).await.unwrap();
        (parts.status.as_u16(), parts.headers, bytes.to_vec())
    }

    async fn response(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> axum::response::Response {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.address));
        let response = self.router.clone().oneshot(request).await.unwrap();
        self.keep_cookies(response.headers());
        response
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for value in headers.get_all(header::SET_COOKIE) {
            let (name, rest) = value.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// An open event stream.
pub struct Events {
    body: axum::body::BodyDataStream,
    text: String,
}

impl Events {
    /// The next event: its name, its data, its id. Waits at most 20 s.
    pub async fn next(&mut self) -> (String, Value, Option<i64>) {
        let next = tokio::time::timeout(std::time::Duration::from_secs(20), self.read()).await;
        next.expect("an event within 20 s")
    }

    async fn read(&mut self) -> (String, Value, Option<i64>) {
        use futures_util::StreamExt;
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| block.lines().find_map(|l| l.strip_prefix(name)).map(|v| v.trim().to_owned());
                let event = field("event:").map(|event| (event, field("data:"), field("id:")));
                self.text = rest.to_owned();
                if let Some((event, data, id)) = event {
                    return (event, serde_json::from_str(&data.unwrap()).unwrap(), id.map(|id| id.parse().unwrap()));
                }
                continue;
            }
            let bytes = self.body.next().await.expect("the stream is open").unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The data of the next event of this name that satisfies `is_it`; others are skipped.
    pub async fn until(&mut self, name: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let (event, data, _) = self.next().await;
            if event == name && is_it(&data) {
                return data;
            }
        }
    }
}

impl Answer {
    /// The body, after checking the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { serde_json::from_str(&self.text).unwrap() }
    }

    /// Checks status and code of an error; gives the error object.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        let error = self.expect(status)["error"].clone();
        assert_eq!(error["code"], code, "{error}");
        assert!(error["request_id"].as_str().unwrap().starts_with("req_"), "{error}");
        error
    }
}
