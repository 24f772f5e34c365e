//! GitHub's Markdown.

use std::fmt::Write as _;

use bench_model::alert::Message;

use crate::{alert::text::tame, github::comment::MOST, printer::markdown::escape::escape};

/// Stored text as Markdown that shows it: no markup, HTML, mention, link or line break.
pub(crate) fn shown(text: &str) -> String {
    escape(&tame(text)).replace("www.", "www&#46;")
}

/// The digits of a fingerprint that a sink keeps.
pub(crate) const SHOWN_DIGITS: usize = 12;

/// The comment that an incident's issue is found by. HTML comments are not shown.
pub(crate) fn incident_marker(incident: i64, fingerprint: &str) -> String {
    let digits = fingerprint.chars().filter(char::is_ascii_hexdigit);
    let short: String = digits.take(SHOWN_DIGITS).collect();
    format!("<!-- bench:incident:{incident}:{short} -->")
}

/// The comment that a comment about an event is found by.
pub(crate) fn event_marker(event: i64) -> String {
    format!("<!-- bench:event:{event} -->")
}

/// The title of an issue. GitHub shows it as plain text, but links mentions in mails.
pub(crate) fn title(message: &Message) -> String {
    let text = tame(&message.headline).replace('@', "＠");
    bench_model::words::shorten(&text, 200)
}

/// The body of an issue: what is wrong and what to do, numbers after, then the commands.
pub(crate) fn body(message: &Message, marker: &str, link: Option<&str>) -> String {
    let head = format!(
        "{marker}\n**{}**\n\n{}\n\n**Next step:** {}\n",
        shown(&message.headline),
        shown(&message.state),
        shown(&message.next_step)
    );
    let cause = message
        .cause
        .as_deref()
        .map(|cause| format!("\n**Likely cause:** {}\n", shown(cause)));
    let link = link.map(|link| format!("\n[Details of the job]({link})\n"));
    // The last ones are left out first.
    let sections = [
        Some(commands(message)),
        cause,
        link,
        Some(table(message, message.facts.len())),
        Some(reasons(message)),
    ];
    let mut body = head;
    for section in sections.into_iter().flatten() {
        if body.chars().count() + section.chars().count() <= MOST {
            body.push_str(&section);
        }
    }
    if body.chars().count() <= MOST {
        return body;
    }
    body.chars().take(MOST).collect()
}

/// The comment about one event; with the next step if it `asks` somebody to act.
pub(crate) fn comment(message: &Message, marker: &str, asks: bool) -> String {
    let step = if asks {
        format!("\n\n**Next step:** {}", shown(&message.next_step))
    } else {
        String::new()
    };
    format!("{marker}\n{}{step}\n", shown(&message.state))
}

fn table(message: &Message, most: usize) -> String {
    if message.facts.is_empty() {
        return String::new();
    }
    let mut text =
        "\n| metric | moved | configuration | since |\n| --- | --- | --- | --- |\n".to_owned();
    for fact in message.facts.iter().take(most) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            shown(&fact.what),
            shown(&fact.moved),
            shown(&fact.configuration),
            shown(&fact.since)
        );
    }
    if message.left_out > 0 {
        let _ = write!(text, "\nand {} more\n", message.left_out);
    }
    text
}

fn reasons(message: &Message) -> String {
    let lines: Vec<String> = message
        .facts
        .iter()
        .filter(|fact| !fact.reason.is_empty())
        .map(|fact| format!("- **{}**: {}", shown(&fact.what), shown(&fact.reason)))
        .collect();
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "\n<details><summary>Why, in the words of the check</summary>\n\n{}\n\n</details>\n",
        lines.join("\n")
    )
}

fn commands(message: &Message) -> String {
    if message.commands.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = message
        .commands
        .iter()
        .map(|(command, what)| format!("{}  # {}", tame(command), tame(what)))
        .collect();
    let text = lines.join("\n");
    // Longer than any fence in it.
    let longest = text.split(|letter| letter != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    format!("\n{fence}sh\n{text}\n{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::text::samples;

    #[test]
    fn an_issue_says_what_is_wrong_and_what_to_do_first() {
        let marker = incident_marker(12, "ab34cd56ef78aa");
        insta::assert_snapshot!(body(
            &samples::message(),
            &marker,
            Some("https://github.com/t/m/actions/runs/7")
        ));
    }

    #[test]
    fn nothing_that_was_stored_is_markup() {
        let message = samples::hostile();
        let marker = incident_marker(12, "ab34cd56ef78");
        let body = body(&message, &marker, None);

        assert!(body.chars().count() <= MOST);
        let own = body.replacen(&marker, "", 1);
        // In the block of commands nothing is markup, and it ends where it should: at a longer fence.
        let (before, block) = own.split_once("\n````sh\n").expect("the commands");
        let (block, after) = block
            .split_once("\n````\n")
            .expect("the end of the commands");
        assert!(!block.contains("````"), "{block}");
        for wrong in [
            "<script",
            "<!--",
            "</details><",
            "\n# ",
            "\n::",
            "://",
            "www.",
            "@team",
            "](java",
        ] {
            let outside = format!("{before}\n{after}");
            assert!(!outside.contains(wrong), "{wrong:?} in {outside}");
        }
        assert!(!own.contains('\u{1b}') && !own.contains('\u{202e}'));
        insta::assert_snapshot!(own.replace(&"x".repeat(400), "…x400…"));
    }

    #[test]
    fn a_title_mentions_nobody() {
        let title = title(&samples::hostile());
        assert!(!title.contains(['@', '\n', '\u{1b}']));
        // GitHub takes 256.
        assert!(title.chars().count() <= 256);
    }

    #[test]
    fn what_is_too_long_is_left_out_by_whole_sections() {
        let mut message = samples::message();
        let fact = message.facts[0].clone();
        message.facts = (0..50)
            .map(|_| bench_model::alert::Fact {
                reason: "<".repeat(500),
                ..fact.clone()
            })
            .collect();
        let body = body(&message, "<!-- m -->", None);
        assert!(body.chars().count() <= MOST);
        assert!(
            body.contains("| f1 |") && !body.contains("<details>"),
            "{body}"
        );
    }
}
