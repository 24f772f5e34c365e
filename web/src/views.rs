//! Rules for every `view!`, checked in tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use rstml::node::{Node, NodeElement};

/// Every source file below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder)
        .expect("the sources are here")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The content of every `view! { … }`, including nested ones.
fn views(tokens: TokenStream, found: &mut Vec<TokenStream>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            let is_view = matches!(&tokens[..place], [.., TokenTree::Ident(name), TokenTree::Punct(mark)]
                if name == "view" && mark.as_char() == '!');
            if is_view {
                found.push(group.stream());
            }
            views(group.stream(), found);
        }
    }
}

/// Unquoted text in a view.
fn bare_texts(nodes: &[Node], found: &mut Vec<String>) {
    for node in nodes {
        match node {
            Node::RawText(text) => found.push(text.to_token_stream_string()),
            Node::Element(NodeElement { children, .. }) => bare_texts(children, found),
            Node::Fragment(fragment) => bare_texts(&fragment.children, found),
            _ => {}
        }
    }
}

fn problems(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    views(source.parse().expect("Rust"), &mut found);
    let mut problems = Vec::new();
    for view in found {
        match rstml::parse2(view) {
            Ok(nodes) => bare_texts(&nodes, &mut problems),
            Err(error) => problems.push(error.to_string()),
        }
    }
    problems
}

// A `>` outside of brackets ends the tag, and the rest would be visible text. In these views all
// intended text is quoted.
#[test]
fn no_attribute_ends_its_tag_with_a_comparison() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    assert!(files.len() > 100, "only {} files", files.len());
    for file in files {
        let source = fs::read_to_string(&file).expect("UTF-8");
        assert_eq!(problems(&source), [""; 0], "{}", file.display());
    }
}

#[test]
fn a_comparison_in_an_attribute_needs_braces() {
    let view = |attribute: &str| {
        format!(
            r#"fn f() {{ view! {{ <p><button disabled={attribute} class="a">"Next"</button></p> }} }}"#
        )
    };

    assert!(!problems(&view("move || page.get() >= 3")).is_empty());
    assert_eq!(
        problems(&view("move || list.with(|list| list.len() > 3)")),
        [""; 0]
    );
    assert_eq!(problems(&view("{move || page.get() >= 3}")), [""; 0]);
}
