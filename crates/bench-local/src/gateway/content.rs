use std::path::Path;

/// How a file is sent: its content type, and whether compression helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ContentType {
    pub(super) name: &'static str,
    pub(super) packs: bool,
}

/// A file's content type, by its extension; browsers are told not to sniff.
pub(super) fn type_of(path: &Path) -> ContentType {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let (name, packs) = match extension {
        "html" => ("text/html; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "json" | "map" => ("application/json; charset=utf-8", true),
        "webmanifest" => ("application/manifest+json", true),
        "svg" => ("image/svg+xml", true),
        "txt" | "md" => ("text/plain; charset=utf-8", true),
        "xml" => ("application/xml", true),
        "ico" => ("image/x-icon", true),
        "png" => ("image/png", false),
        "jpg" | "jpeg" => ("image/jpeg", false),
        "webp" => ("image/webp", false),
        "woff2" => ("font/woff2", false),
        _ => ("application/octet-stream", false),
    };
    ContentType { name, packs }
}

/// Whether the name contains a content hash, as in `app-1a2b3c4d5e6f7a8b_bg.wasm`. Such a file
/// never changes.
pub(super) fn has_hash_in_name(path: &Path) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| {
            name.split(['-', '_', '.']).skip(1).any(|part| {
                matches!(part.len(), 15..=40) && part.bytes().all(|b| b.is_ascii_hexdigit())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_assembly_has_the_type_that_browsers_insist_on() {
        assert_eq!(type_of(Path::new("a/app_bg.wasm")).name, "application/wasm");
        assert_eq!(
            type_of(Path::new("LICENSE")).name,
            "application/octet-stream"
        );
    }

    #[test]
    fn only_a_hash_makes_a_name_immutable() {
        assert!(has_hash_in_name(Path::new("web-1a2b3c4d5e6f7a8b_bg.wasm")));
        assert!(has_hash_in_name(Path::new("styles-dc0a7b3f1e2d4c5b.css")));
        assert!(!has_hash_in_name(Path::new("index.html")));
        assert!(!has_hash_in_name(Path::new("echarts-6.0.0.min.js")));
    }
}
