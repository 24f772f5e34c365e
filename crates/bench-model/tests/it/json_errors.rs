//! All JSON errors, with the messages that users see.

use std::fmt::Write;

use bench_model::json;

use crate::support::{flags, verdict_on};

fn utf16(text: &str, encode: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(encode).collect()
}

fn shown(cases: &[(&str, Vec<u8>)]) -> String {
    let mut shown = String::new();
    for (name, text) in cases {
        let input: String = String::from_utf8_lossy(text).chars().take(160).collect();
        write!(
            shown,
            "── {name}: {input:?}\n{}\n",
            verdict_on(text, &flags())
        )
        .expect("a string");
    }
    shown
}

#[test]
fn a_file_that_is_something_else_is_called_by_its_name() {
    let with_bom = |mark: &[u8], text: Vec<u8>| [mark, &text].concat();
    let utf32: Vec<u8> = "{\"a\""
        .chars()
        .flat_map(|c| u32::from(c).to_le_bytes())
        .collect();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", b"".to_vec()),
        ("only white space", b" \n\t\n".to_vec()),
        ("only a byte order mark", b"\xEF\xBB\xBF".to_vec()),
        (
            "UTF-16, little end first",
            with_bom(b"\xFF\xFE", utf16("{\"f1\": 0.9}", u16::to_le_bytes)),
        ),
        (
            "UTF-16, big end first",
            with_bom(b"\xFE\xFF", utf16("{\"f1\": 0.9}", u16::to_be_bytes)),
        ),
        (
            "UTF-16 without a mark",
            utf16("{\"f1\": 0.9}", u16::to_le_bytes),
        ),
        ("UTF-32", with_bom(b"\xFF\xFE\0\0", utf32.clone())),
        ("UTF-32 without a mark", utf32),
        ("gzip", b"\x1F\x8B\x08\0\0\0".to_vec()),
        ("zip", b"PK\x03\x04\x14\0".to_vec()),
        ("NUL bytes", vec![0; 64]),
        ("Latin-1", b"{\"model_version\": \"caf\xE9\"}".to_vec()),
        (
            "cut off in a character",
            b"{\"model_version\": \"caf\xC3".to_vec(),
        ),
        (
            "a web page",
            b"<!DOCTYPE html>\n<html><body>Sign in</body></html>".to_vec(),
        ),
        ("XML", b"<?xml version=\"1.0\"?>\n<testsuites/>".to_vec()),
        (
            "a Git LFS pointer",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n".to_vec(),
        ),
        ("CSV", b"model_version,f1,latency_ms\nm-1,0.9,12\n".to_vec()),
        (
            "CSV with quotes",
            b"\"model\",\"f1\"\n\"m-1\",0.9\n".to_vec(),
        ),
        (
            "YAML",
            b"model_version: m-1\nmetrics:\n  f1: 0.9\n".to_vec(),
        ),
        ("YAML, a list", b"---\n- model_version: m-1\n".to_vec()),
        ("TOML", b"model_version = \"m-1\"\n".to_vec()),
        (
            "a log line first",
            b"INFO loading the model\n{\"f1\": 0.9}".to_vec(),
        ),
        ("a number", b"0.895".to_vec()),
        ("a string", b"\"m-1\"".to_vec()),
        ("null", b"null".to_vec()),
        ("an empty array", b" [ ] ".to_vec()),
    ];
    insta::assert_snapshot!(shown(&cases));
}

#[test]
fn every_number_that_is_not_finite_is_told_at_once() {
    let cases = [
        (
            "several that are not finite",
            "{\"metrics\": {\n  \"f1\": NaN,\n  \"mae\": [1, -Infinity],\n  \"recall\": nan, \"mse\": Infinity\n}}",
        ),
        (
            "NaN before another error",
            "{\"f1\": NaN, \"recall\": NaN, \"mae\": 1,}",
        ),
    ]
    .map(|(name, text)| (name, text.as_bytes().to_vec()));
    insta::assert_snapshot!(shown(&cases));
}

#[test]
fn a_line_that_is_not_json_is_a_problem_of_that_line() {
    let cases = [
        (
            "JSON lines, the first broken",
            "{\"a\": NaN, \"b\": NaN}\n{\"a\": 1}\n",
        ),
        (
            "JSON lines with a line of a log",
            "{\"a\": 1}\nloading weights\n{\"a\": 2}",
        ),
        (
            "JSON lines, the third broken",
            "{\"a\": 1}\n\n{\"a\": NaN}\n",
        ),
        (
            "JSON lines, the last cut off",
            "{\"a\": 1}\n{\"a\": 2}\n{\"a\": ",
        ),
    ]
    .map(|(name, text)| (name, text.as_bytes().to_vec()));
    insta::assert_snapshot!(shown(&cases));
}

#[test]
fn a_place_that_is_not_json_is_pointed_at_and_named() {
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let cases: Vec<(&str, Vec<u8>)> = [
        ("NaN", "{\n  \"metrics\": {\n    \"f1\": NaN\n  }\n}"),
        ("minus infinity", "{\"metrics\": {\"f1\": -Infinity}}"),
        ("inf", "{\"metrics\": {\"f1\": [0.1, inf]}}"),
        (
            "a merge conflict",
            "{\n  \"a\": 1,\n<<<<<<< HEAD\n  \"b\": 2\n=======\n  \"b\": 3\n>>>>>>> main\n}",
        ),
        (
            "a merge conflict's middle",
            "{\n  \"a\": 1\n=======\n  \"b\": 3\n}",
        ),
        (
            "a merge conflict at the top",
            "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n",
        ),
        ("a merge conflict at the end", "{\"a\": 1}\n>>>>>>> main\n"),
        ("a trailing comma", "{\n  \"f1\": 0.9,\n}"),
        (
            "a trailing comma in an array",
            "{\"tags\": [\"a\", \"b\",\n ]}",
        ),
        ("two commas", "{\"tags\": [\"a\",, \"b\"]}"),
        ("a comma first", "{, \"f1\": 0.9}"),
        ("no comma", "{\n  \"f1\": 0.9\n  \"recall\": 0.8\n}"),
        ("no comma in an array", "[{} {}]"),
        ("no colon", "{\"f1\" 0.9}"),
        ("an equals sign", "{\"f1\" = 0.9}"),
        ("single quotes", "{'model_version': 'm-1'}"),
        ("single quotes around a value", "{\"model_version\": 'm-1'}"),
        ("typographic quotes", "{“model_version”: 1}"),
        ("backticks", "{\"a\": `b`}"),
        ("a key without quotes", "{model_version: \"m-1\"}"),
        ("a number as a key", "{1: 2}"),
        ("a comment", "{\n  // the model\n  \"f1\": 0.9}"),
        ("a block comment", "/* the model */ {\"f1\": 0.9}"),
        ("a hash comment", "# the model\n{\"f1\": 0.9}"),
        ("True", "{\"is_good\": True}"),
        ("None", "{\"f1\": None}"),
        ("undefined", "{\"f1\": undefined}"),
        ("a word", "{\"f1\": high}"),
        ("a line break in a string", "{\"notes\": \"one\ntwo\"}"),
        (
            "a quote that is not closed",
            "{\n  \"notes\": \"one,\n  \"f1\": 0.9\n}",
        ),
        ("a tab in a string", "{\"notes\": \"one\ttwo\"}"),
        ("a control character", "{\"notes\": \"one\u{1b}[31mtwo\"}"),
        ("a Windows path", r#"{"notes": "C:\data\new"}"#),
        ("a short unicode escape", r#"{"notes": "\u12"}"#),
        ("half a character", r#"{"notes": "\ud83d!"}"#),
        ("the other half", r#"{"notes": "\ude00"}"#),
        ("a leading zero", "{\"f1\": 007}"),
        ("a plus", "{\"f1\": +0.9}"),
        ("a point first", "{\"f1\": .9}"),
        ("a point last", "{\"f1\": 9.}"),
        ("hexadecimal", "{\"n\": 0x1F}"),
        ("underscores", "{\"n\": 1_000}"),
        ("a percent sign", "{\"f1\": 89.5%}"),
        ("a date", "{\"n\": 2026-02-03}"),
        ("a unit", "{\"latency_ms\": 412ms}"),
        ("too large", "{\"metrics\": {\"f1\": 1e999}}"),
        (
            "too many digits",
            "{\"params\": {\"seed\": 123456789012345678901}}",
        ),
        (
            "cut off",
            "{\n  \"metrics\": {\n    \"f1\": 0.9,\n    \"rec",
        ),
        ("cut off after a value", "[\n  {\"f1\": 0.9}\n"),
        ("cut off in a word", "{\"a\": tru"),
        ("cut off in a number", "{\"a\": 1."),
        ("cut off after a key", "{\"a\":"),
        ("too deep", deep.as_str()),
        ("a wrong bracket", "{\"tags\": [\"a\"}"),
        ("a bracket too many", "{\"f1\": 0.9}}"),
        ("text after the end", "{\"f1\": 0.9} done"),
        ("two objects on a line", "{\"f1\": 0.9} {\"f1\": 0.8}"),
        ("two objects with a comma", "{\"f1\": 0.9},\n{\"f1\": 0.8}"),
        ("a space that JSON does not know", "{\u{a0}\"f1\": 0.9}"),
        ("a zero-width space", "{\"f1\":\u{200b} 0.9}"),
        (
            "a column after wide characters",
            "{\"notes\": \"日本語😀\", \"f1\": NaN}",
        ),
    ]
    .map(|(name, text)| (name, text.as_bytes().to_vec()))
    .to_vec();
    insta::assert_snapshot!(shown(&cases));
}

#[test]
fn what_json_allows_is_read() {
    for text in [
        "\u{feff}{\"a\": 1}",
        " \r\n\t[1, -0, 0.5, 1E5, 1e-5, \"\\ud83d\\ude00\", true, false, null, {}, []] ",
        "18446744073709551615",
        "-9223372036854775808",
        "100000000000000000000",
        "1e20",
        "1e-999",
    ] {
        assert!(
            json::parse(text.as_bytes()).is_ok(),
            "{text}: {:?}",
            json::parse(text.as_bytes())
        );
    }
}
