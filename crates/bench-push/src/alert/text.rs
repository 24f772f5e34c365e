//! Messages, per medium. Each file has the one escaping function of its medium; nothing that was stored
//! goes into a message without it.

pub(crate) mod data;
pub(crate) mod markdown;
pub(crate) mod slack;

/// Longer texts are shortened before they are escaped.
const LONGEST: usize = 500;

/// Stored text on one line: no control characters, no changes of direction, not too long.
fn tame(text: &str) -> String {
    // Cut first: a name may have megabytes.
    let cut = bench_model::words::shorten(text, LONGEST);
    let plain = crate::terminal::text::plain(&cut);
    plain.replace('\u{fffd}', " ")
}

#[cfg(test)]
pub(crate) mod samples {
    use bench_model::alert::{Fact, Message};

    /// A regression of two metrics.
    pub(crate) fn message() -> Message {
        let fact = |what: &str, moved: &str| Fact {
            what: what.to_owned(),
            configuration: "medgemma-v1.2, bills-v3, prompt-7, ci".to_owned(),
            moved: moved.to_owned(),
            since: "version 41, commit 6a79d84, 2026-11-26 02:00 UTC".to_owned(),
            reason:
                "from 0.91 to 0.84 (−0.07) since version 41, commit 6a79d84, 2 runs ago; p < 0.0001"
                    .to_owned(),
        };
        Message {
            incident: 12,
            headline: "2 metrics regressed on medgemma-v1.2, worst f1 0.91 → 0.84".to_owned(),
            state: "Open since 2026-11-27 02:10 UTC".to_owned(),
            next_step: "Check what changed: the provider changed from vertex to bedrock. If it is meant to be so, accept it.".to_owned(),
            cause: Some("the provider changed from vertex to bedrock".to_owned()),
            facts: vec![
                fact("f1", "0.91 → 0.84 (−0.07)"),
                fact("latency_ms", "400 → 520 (30.0 % worse)"),
            ],
            left_out: 0,
            commands: vec![
                ("bench-push alert ack 12".to_owned(), "say that you look after it".to_owned()),
                (
                    "bench-push alert accept 12 --reason 'why'".to_owned(),
                    "say that it is meant to be so".to_owned(),
                ),
            ],
        }
    }

    /// One whose every text is an attack.
    pub(crate) fn hostile() -> Message {
        let evil = [
            "</details><script>alert(1)</script>",
            "| a | b |\n# Owned\n- [x] done",
            "@team <!channel> <!here> #1 https://evil.example/?a=b www.evil.example [x](javascript:alert(1))",
            "\u{1b}[31mred\u{1b}[0m\u{202e}txt.exe",
            "::error::owned\n::set-output name=x::y",
            "```\nescape\n```  ``` `a`",
            "<!-- bench:incident:1 -->",
        ];
        let all = evil.join(" ");
        let mut message = message();
        message.headline = all.clone();
        message.next_step = all.clone();
        message.state = all.clone();
        message.cause = Some(all.clone());
        for fact in &mut message.facts {
            fact.what = "x".repeat(10_000_000);
            fact.configuration.clone_from(&all);
            fact.moved.clone_from(&all);
            fact.since.clone_from(&all);
            fact.reason.clone_from(&all);
        }
        message.commands = vec![(all.clone(), all)];
        message
    }
}
