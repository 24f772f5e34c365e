use std::fmt::Write as _;

use bench_model::words::counted;

use crate::{printer::outcome::Told, verbs::schema::Applied};

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
            counted(*already, "migration")
        )
    } else {
        writeln!(
            out,
            "the schema at `{host}` is up to date: {} applied, {already} there before",
            counted(newly.len(), "migration")
        )
    };
    Told::out(out)
}
