use serde_json::{Value, json};

use crate::verbs::doctor::{Diagnosis, Finding};

/// The result of `doctor`.
pub(crate) fn diagnosis(diagnosis: &Diagnosis) -> Value {
    let finding = |Finding {
                       subject,
                       sentence,
                       trouble,
                   }: &Finding| {
        json!({ "subject": subject, "ok": trouble.is_none(), "message": sentence, "hint": trouble.as_ref().and_then(|trouble| trouble.hint.as_ref()) })
    };
    json!({
        "success": diagnosis.status() == 0,
        "status": diagnosis.status(),
        "findings": diagnosis.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}
