use std::fmt::Write as _;

use crate::{printer::outcome::Told, report::gather::count, verbs::schema::Applied};

/// The result of `schema apply`.
pub(crate) fn applied(
    Applied {
        newly,
        already,
        host,
    }: &Applied,
) -> Told {
    let mut out = String::new();
    for file in newly {
        let _ = writeln!(out, "applied {file}");
    }
    let _ = if newly.is_empty() {
        writeln!(
            out,
            "the schema at `{host}` is up to date ({})",
            count(*already, "migration")
        )
    } else {
        writeln!(
            out,
            "the schema at `{host}` is up to date: {} applied, {already} there before",
            count(newly.len(), "migration")
        )
    };
    Told::out(out)
}
