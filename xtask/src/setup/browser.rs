//! Chromium and its driver, for the tests of the dashboard.

use super::debian;
use crate::failure::Failure;
use crate::process::{command, output, say, which};

const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

pub(super) fn ensure() -> Result<(), Failure> {
    if chromium().is_none() || which("chromedriver").is_none() {
        debian::install(
            &["chromium", "chromium-driver"],
            "Chromium with chromedriver",
            "put a Chromium or Chrome and the chromedriver of the same version on the PATH",
        )?;
    }
    let browser =
        chromium().ok_or_else(|| Failure::new("Chromium was installed but is not on the PATH"))?;
    let said = |program: &str| output(command(program).arg("--version"));
    let (browser, driver) = (said(browser)?, said("chromedriver")?);
    if major(&browser).is_none() || major(&browser) != major(&driver) {
        return Err(Failure::new(format!(
            "the browser is `{}`, but the driver is `{}`",
            browser.trim(),
            driver.trim()
        ))
        .hint("install a browser and a chromedriver of the same major version"));
    }
    say!("setup: {} is there, with its driver", browser.trim());
    Ok(())
}

fn chromium() -> Option<&'static str> {
    CHROMIUM
        .into_iter()
        .find(|program| which(program).is_some())
}

/// `Chromium 156.0.8078.79 built on Debian` → `156`.
fn major(version: &str) -> Option<&str> {
    version.split_whitespace().find_map(|word| {
        let (first, _) = word.split_once('.')?;
        first
            .chars()
            .all(|letter| letter.is_ascii_digit())
            .then_some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_and_driver_are_compared_by_their_major_version() {
        assert_eq!(
            major("Chromium 156.0.8078.79 built on Debian GNU/Linux 12"),
            Some("156")
        );
        assert_eq!(
            major("ChromeDriver 156.0.8078.12 (0a1b2c-refs/heads)"),
            Some("156")
        );
        assert_eq!(major("no number"), None);
    }
}
