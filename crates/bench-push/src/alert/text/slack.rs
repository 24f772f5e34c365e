//! Slack's mrkdwn.

use std::fmt::Write as _;

use bench_model::alert::Message;

use crate::alert::text::tame;

/// Slack cuts texts beyond 40,000 characters and reads best below 4,000.
const MOST: usize = 3_500;
/// The lines of numbers in a message.
const FACTS: usize = 8;

/// Stored text as mrkdwn that shows it: no mention, link or markup.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    let text = tame(text);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        match letter {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            // Of a number, a time or a sentence.
            '.' | ':' if next.is_ascii_digit() || next.is_whitespace() => shown.push(letter),
            // A word joiner: what follows is no markup, link or mention, and looks the same.
            '*' | '_' | '~' | '`' | '@' | ':' | '#' | '.' => {
                shown.push('\u{2060}');
                shown.push(letter);
                shown.push('\u{2060}');
            }
            letter => shown.push(letter),
        }
    }
    shown
}

/// The first message of an incident.
pub(crate) fn root(message: &Message) -> String {
    let mut text = format!(
        "*{}*\n{}\n*Next step:* {}",
        shown(&message.headline),
        shown(&message.state),
        shown(&message.next_step)
    );
    for fact in message.facts.iter().take(FACTS) {
        let line = format!(
            "\n• {} {} – {}",
            shown(&fact.what),
            shown(&fact.moved),
            shown(&fact.configuration)
        );
        if text.chars().count() + line.chars().count() > MOST {
            break;
        }
        text.push_str(&line);
    }
    let more = message.left_out + message.facts.len().saturating_sub(FACTS);
    if more > 0 {
        let _ = write!(text, "\nand {more} more");
    }
    let _ = write!(text, "\n`bench-push alert ack {}`", message.incident);
    text.chars().take(MOST + 200).collect()
}

/// An answer in the thread of an incident.
pub(crate) fn answer(message: &Message) -> String {
    shown(&message.state)
}

/// A message about an event where there are no threads.
pub(crate) fn alone(message: &Message) -> String {
    format!("*{}*\n{}", shown(&message.headline), shown(&message.state))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::text::samples;

    #[test]
    fn a_message_says_what_is_wrong_and_what_to_do_first() {
        insta::assert_snapshot!(root(&samples::message()).replace('\u{2060}', ""));
    }

    #[test]
    fn nothing_that_was_stored_is_a_mention_or_a_link() {
        for text in [
            root(&samples::hostile()),
            answer(&samples::hostile()),
            alone(&samples::hostile()),
        ] {
            assert!(!text.contains(['<', '>', '\u{1b}', '\u{202e}']), "{text}");
            assert!(!text.contains("://") && !text.contains("@team"), "{text}");
            assert!(text.chars().count() <= 4_000);
        }
    }
}
