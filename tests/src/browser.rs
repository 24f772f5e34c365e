//! Headless Chromium, driven through chromedriver and cleaned up completely.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{os::unix::process::CommandExt as _, thread};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::common::command::ExtensionCommand;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use thirtyfour::session::http::CmdResponse;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities};
use tokio::runtime::Runtime;

use crate::tls::choose_cryptography;
use crate::{free_port, screenshots};

/// Without these flags Chromium needs a screen, a sandbox that is unavailable to root, or the
/// network.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// The time limit for content to appear, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

const TOO_WIDE: &str = "
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const scrolls = element => element && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    const all = [...document.querySelectorAll('body *')];
    const wide = all.filter(one => one.getBoundingClientRect().right > page.clientWidth && !scrolls(one.parentElement));
    return [`${page.scrollWidth} > ${page.clientWidth}`, ...wide.map(one => one.outerHTML.slice(0, 80))]";

const SETTLED: &str = "
    document.querySelector('main :is(h1, h2)')
    && [...document.querySelectorAll('main .skeleton')].every(one => one.closest('[data-unseen]'))
    && [...document.querySelectorAll('main .canvas')].every(box => box.querySelector('canvas'))";

/// A browser with its own profile.
pub struct Browser {
    runtime: Runtime,
    driver: Option<WebDriver>,
    chromedriver: Child,
    profile: TempDir,
}

/// A received response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Its URL.
    pub url: String,
    /// Bytes on the wire: headers and compressed body.
    pub bytes: u32,
}

/// The preferred color scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
}

impl Theme {
    /// The CSS keyword.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Browser {
    /// Starts a browser.
    ///
    /// # Panics
    ///
    /// When Chromium or its driver does not start.
    pub fn start() -> Self {
        choose_cryptography();
        let profile = TempDir::new().expect("a temporary folder");
        let temporary = profile.path().join("tmp");
        fs::create_dir_all(&temporary).expect("the folder is ours");
        let port = free_port();
        let chromedriver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .env("TMPDIR", &temporary)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("chromedriver is on the PATH (`cargo xtask test` installs it)");
        let runtime = Runtime::new().expect("threads can be started");
        let mut browser = Self {
            runtime,
            driver: None,
            chromedriver,
            profile,
        };
        let capabilities = browser.capabilities();
        browser.driver = Some(browser.connect(port, &capabilities));
        // A headless page is without focus in some versions, and then moving it fires no event.
        browser.devtools(
            "Emulation.setFocusEmulationEnabled",
            json!({"enabled": true}),
        );
        browser
    }

    fn capabilities(&self) -> ChromeCapabilities {
        let mut capabilities = DesiredCapabilities::chrome();
        let profile = self.profile.path().join("profile");
        let profile = format!("--user-data-dir={}", profile.display());
        for flag in FLAGS.into_iter().chain([profile.as_str()]) {
            capabilities.add_arg(flag).expect("a flag is text");
        }
        for component in ["browser", "performance"] {
            capabilities
                .set_logging_prefs(component, LoggingPrefsLogLevel::All)
                .expect("a known component");
        }
        capabilities
    }

    fn connect(&self, port: u16, capabilities: &ChromeCapabilities) -> WebDriver {
        let started = Instant::now();
        loop {
            let url = format!("http://127.0.0.1:{port}");
            match self
                .runtime
                .block_on(WebDriver::new(url, capabilities.clone()))
            {
                Ok(driver) => return driver,
                Err(error) if started.elapsed() > PATIENCE => {
                    panic!("Chromium does not start: {error}")
                }
                Err(_) => thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    fn driver(&self) -> &WebDriver {
        self.driver
            .as_ref()
            .expect("it is set when start() returns")
    }

    /// Opens a URL.
    ///
    /// # Panics
    ///
    /// When the browser refuses.
    pub fn open(&self, url: &str) {
        self.runtime
            .block_on(self.driver().goto(url))
            .unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// The current URL.
    ///
    /// # Panics
    ///
    /// When the browser is gone.
    pub fn url(&self) -> String {
        self.runtime
            .block_on(self.driver().current_url())
            .expect("the browser answers")
            .to_string()
    }

    /// Runs JavaScript in the page and returns its value.
    ///
    /// # Panics
    ///
    /// When the script throws.
    #[track_caller]
    pub fn script(&self, script: &str) -> Value {
        let result = self
            .runtime
            .block_on(self.driver().execute(script, Vec::new()));
        result
            .unwrap_or_else(|error| panic!("{script}: {error}"))
            .json()
            .clone()
    }

    /// The visible text.
    pub fn text(&self) -> String {
        self.script("return document.body.innerText")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until a script returns a truthy value.
    ///
    /// # Panics
    ///
    /// On timeout; the panic shows the page and its console.
    #[track_caller]
    pub fn wait_until(&self, condition: &str) {
        let started = Instant::now();
        while self.script(&format!("return !!({condition})")) != true {
            assert!(
                started.elapsed() < PATIENCE,
                "never true: {condition}\nthe page says:\n{}\nthe console says: {:#?}",
                self.text(),
                self.console()
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until some text is visible.
    ///
    /// # Panics
    ///
    /// On timeout.
    #[track_caller]
    pub fn wait_for(&self, words: &str) {
        self.wait_until(&format!(
            "document.body.innerText.includes({})",
            json!(words)
        ));
    }

    /// Warnings and errors of the console since the last call.
    ///
    /// # Panics
    ///
    /// When the browser is gone.
    pub fn console(&self) -> Vec<String> {
        let entries = self
            .runtime
            .block_on(self.driver().browser_log())
            .expect("logging is on");
        let loud = entries
            .into_iter()
            .filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"));
        loud.map(|entry| entry.message).collect()
    }

    /// The URL of every request since the last call.
    ///
    /// # Panics
    ///
    /// When the browser is gone.
    pub fn requests(&self) -> Vec<String> {
        let events = self.network();
        let sent = events
            .iter()
            .filter(|(name, _)| name == "Network.requestWillBeSent");
        sent.filter_map(|(_, event)| event["request"]["url"].as_str().map(str::to_owned))
            .collect()
    }

    /// Every complete response since the last call, with its size on the wire.
    ///
    /// # Panics
    ///
    /// When the browser is gone.
    pub fn transfers(&self) -> Vec<Transfer> {
        let events = self.network();
        let of = |wanted: &'static str| {
            let events = events.iter().filter(move |(name, _)| name == wanted);
            events.map(|(_, event)| event)
        };
        let url = |id: &Value| {
            let request =
                of("Network.requestWillBeSent").find(|event| event["requestId"] == *id)?;
            request["request"]["url"].as_str().map(str::to_owned)
        };
        let transfer = |event: &Value| {
            let bytes = event["encodedDataLength"].as_f64()?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a size"
            )]
            Some(Transfer {
                url: url(&event["requestId"])?,
                bytes: bytes as u32,
            })
        };
        of("Network.loadingFinished").filter_map(transfer).collect()
    }

    /// The network events since the last call.
    fn network(&self) -> Vec<(String, Value)> {
        let entries = self
            .runtime
            .block_on(self.driver().get_log("performance"))
            .expect("logging is on");
        let events = entries.iter().filter_map(|entry| {
            let mut event: Value = serde_json::from_str(&entry.message).ok()?;
            let name = event["message"]["method"].as_str()?.to_owned();
            Some((name, event["message"]["params"].take()))
        });
        events.collect()
    }

    /// Runs a script in every page opened from now on, before the page's own scripts.
    ///
    /// # Panics
    ///
    /// When the browser is gone.
    pub fn before_each_page(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": script}),
        );
    }

    /// Emulates a size and a theme, without a window's minimum width. A narrow size emulates a
    /// phone, whose scroll bars overlay the page.
    ///
    /// # Panics
    ///
    /// When the browser is gone.
    pub fn look(&self, width: u32, height: u32, theme: Theme) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}),
        );
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({"features": [{"name": "prefers-color-scheme", "value": theme.name()}]}),
        );
    }

    /// Saves a screenshot of the whole page, including below the fold, to
    /// `target/screenshots/<name>.png`.
    ///
    /// # Panics
    ///
    /// When the browser is gone.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let file = screenshots().join(format!("{name}.png"));
        let picture = self.devtools(
            "Page.captureScreenshot",
            json!({"format": "png", "captureBeyondViewport": true, "optimizeForSpeed": true}),
        );
        let picture = picture["data"].as_str().expect("a picture can be taken");
        let picture = STANDARD.decode(picture).expect("the browser writes base64");
        fs::write(&file, picture).expect("the folder is ours");
        file
    }

    /// The elements that make the page wider than its window; empty if it doesn't scroll sideways.
    ///
    /// # Panics
    ///
    /// When the browser is gone.
    pub fn too_wide(&self) -> Vec<String> {
        serde_json::from_value(self.script(TOO_WIDE)).expect("a list of texts")
    }

    /// Waits until a page of the dashboard is loaded: it has a heading, no placeholder is left, and
    /// every chart is drawn.
    ///
    /// # Panics
    ///
    /// On timeout.
    #[track_caller]
    pub fn settle(&self) {
        self.wait_until(SETTLED);
    }

    /// Sends a `DevTools` protocol command.
    ///
    /// # Panics
    ///
    /// When the browser is gone or refuses.
    pub fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let command = DevTools {
            command,
            parameters,
        };
        let command = thirtyfour::common::command::Command::ExtensionCommand(Box::new(command));
        self.runtime
            .block_on(self.driver().cmd(command))
            .and_then(CmdResponse::value)
            .expect("the browser answers")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            let _ = self.runtime.block_on(driver.quit());
        }
        // Chromium's helpers are in chromedriver's process group.
        let group = Pid::from_raw(i32::try_from(self.chromedriver.id()).unwrap_or(i32::MAX));
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.chromedriver.wait();
    }
}

/// A `DevTools` protocol command, through chromedriver.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl ExtensionCommand for DevTools {
    fn parameters_json(&self) -> Option<Value> {
        Some(json!({"cmd": self.command, "params": self.parameters}))
    }

    fn method(&self) -> Method {
        Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        "/goog/cdp/execute".into()
    }
}
