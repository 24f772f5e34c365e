//! Derives a definition from a metric's name if neither the catalogue nor the report has one.
//!
//! The name is read as words, from left to right. The last word that says a direction decides:
//! `error_detection_rate` is about detection, `precision_loss` about a loss. Where words pull both
//! ways, or none is known, there is no direction: a wrong one is worse than none.
//!
//! `benchmark_private.metric_by_name` in SQL does the same, step by step; a test holds them together.

use std::{collections::HashMap, iter, mem, sync::LazyLock};

use super::{
    Direction::{self, HigherIsBetter, LowerIsBetter, Neither},
    MetricDefinition, MetricName,
    words::{Kind, WORDS},
};

/// The words that names are read by, with their kinds as SQL names them.
pub fn name_words() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.into_iter().flat_map(|(kind, words)| {
        words
            .split_ascii_whitespace()
            .map(move |word| (kind.as_str(), word))
    })
}

static KINDS: LazyLock<HashMap<&str, Kind>> = LazyLock::new(|| {
    let of_kind = |(kind, words): (Kind, &'static str)| {
        words.split_ascii_whitespace().zip(iter::repeat(kind))
    };
    WORDS.into_iter().flat_map(of_kind).collect()
});

/// What a name says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByName {
    /// The direction; none if the name doesn't say. `neither` if it says that there is none.
    pub direction: Option<Direction>,
    /// The unit.
    pub unit: Option<&'static str>,
    /// Whether it can't be negative.
    pub is_amount: bool,
}

pub(super) fn guess(name: &str) -> MetricDefinition {
    let ByName {
        direction,
        unit,
        is_amount,
    } = by_name(name);
    MetricDefinition {
        name: MetricName(name.to_owned()),
        unit: unit.map(str::to_owned),
        direction: direction.unwrap_or(Neither),
        min: is_amount.then_some(0.0),
        max: None,
        description: None,
    }
}

/// What `name` says of its metric.
///
/// # Example: a name that says nothing is no name of a metric without a direction
///
/// ```
/// use bench_model::metric::{Direction, by_name};
///
/// assert_eq!(by_name("estimated_cost_saved").direction, Some(Direction::HigherIsBetter));
/// assert_eq!(by_name("batch_size").direction, Some(Direction::Neither));
/// assert_eq!(by_name("froobles").direction, None);
/// ```
pub fn by_name(name: &str) -> ByName {
    let words = joined(&split(name));
    let mut reading = Reading::default();
    while reading.next < words.len() {
        reading.step(&words);
    }
    let direction = reading.direction();
    let is_change = words.iter().any(|word| word.kind == Kind::Change);
    ByName {
        direction,
        unit: reading.unit(&words),
        is_amount: direction == Some(LowerIsBetter)
            && !is_change
            && (reading.is_paid() || reading.about == Kind::Plain),
    }
}

/// A word of a name, or several that mean something together.
struct Word {
    text: String,
    kind: Kind,
}

/// What is known after some words.
#[expect(clippy::struct_excessive_bools, reason = "each is one fact")]
struct Reading {
    /// The place of the next word.
    next: usize,
    /// What the name is about; `Plain`: not known yet.
    about: Kind,
    /// The kind of the word before.
    before: Kind,
    is_inverse: bool,
    has_unknown: bool,
    /// Whether an unknown word follows what the name is about.
    has_tail: bool,
    /// Whether what follows only qualifies.
    is_aside: bool,
    /// Whether this is `at` or a number after it.
    is_at: bool,
    has_percentile: bool,
    /// Whether there are words beside percentiles, numbers and plain ones.
    has_others: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            next: 0,
            about: Kind::Plain,
            before: Kind::Plain,
            is_inverse: false,
            has_unknown: false,
            has_tail: false,
            is_aside: false,
            is_at: false,
            has_percentile: false,
            has_others: false,
        }
    }
}

impl Reading {
    fn step(&mut self, words: &[Word]) {
        let place = self.next;
        let (text, kind) = (words[place].text.as_str(), words[place].kind);
        let (following, next) = words
            .get(place + 1)
            .map_or(("", Kind::Plain), |word| (word.text.as_str(), word.kind));
        let before = mem::replace(&mut self.before, kind);
        let was_at = self.is_at;
        self.is_at &= kind == Kind::Number;
        let is_first = place == 0 && words.len() > 1;
        self.next += 1;

        match kind {
            Kind::Plain | Kind::Number => return,
            Kind::Percentile => {
                self.has_percentile = true;
                return;
            }
            // A first `ci` may be continuous integration; `std` is nothing else.
            Kind::Spread if !is_first || text.starts_with("st") || text.contains('_') => {
                self.about = kind;
                self.next = words.len();
                return;
            }
            _ => self.has_others = true,
        }
        // `fpr@95tpr`
        let is_point =
            kind == Kind::Good || kind == Kind::Bad && text.len() == 3 && text.ends_with('r');
        let is_passed = self.is_aside && kind != Kind::Drop;
        if self.about == Kind::Saved || was_at && is_point || is_passed {
            return;
        }
        self.has_tail &= matches!(kind, Kind::Unknown | Kind::Share | Kind::Count);
        let is_pair = pairs(kind, next);
        self.next += usize::from(is_pair);
        let is_second = matches!(text, "s" | "sec" | "second");

        self.about = match kind {
            Kind::Unknown | Kind::Spread => {
                (self.has_unknown, self.has_tail) = (true, true);
                self.about
            }
            Kind::Inverse | Kind::DropOf => {
                self.is_inverse ^= !self.is_set();
                self.about
            }
            Kind::Aside => {
                // `recall@10_latency` goes on, `precision_at_recall_90` doesn't.
                let is_at_number = text == "at" && next == Kind::Number;
                self.is_at = self.is_set() && text == "at";
                self.is_aside = self.is_set() && !is_at_number;
                self.about
            }
            Kind::Per if place > 0 => {
                self.is_aside = true;
                self.per(following, next)
            }
            Kind::Until => {
                self.is_aside = true;
                let is_bad = words[place + 1..].iter().any(|word| word.kind == Kind::Bad);
                if is_bad { Kind::Saved } else { Kind::Amount }
            }
            // `us_accuracy`: a unit stands behind, or before `per`.
            Kind::Time if is_first && next != Kind::Per => self.about,
            // `samples_s` may be samples per second.
            Kind::Time if is_second && matches!(self.about, Kind::Thing | Kind::Token) => {
                Kind::Unclear
            }
            // `refund_usd`
            Kind::Money | Kind::Bytes if self.has_unknown && self.about == Kind::Plain => {
                self.about
            }
            Kind::Refusal if self.has_unknown => Kind::Unclear,
            Kind::Thing | Kind::Resource if before == Kind::Count => Kind::Thing,
            Kind::Count if self.about == Kind::Resource => Kind::Thing,
            // What the amount is of, and not how many there are.
            Kind::Thing
                if self.is_paid() && matches!(text, "step" | "epoch" | "request" | "query") =>
            {
                self.about
            }
            Kind::Thing if is_counted(text) && matches!(self.about, Kind::Good | Kind::Quality) => {
                kind
            }
            Kind::Change if text.starts_with("diff") && is_good(self.about) => Kind::Unclear,
            Kind::Blocked if is_pair => Kind::Quality,
            Kind::Not if is_pair && is_bad(next) => Kind::Quality,
            Kind::Not if is_pair => Kind::Bad,
            _ => becomes(self.about, kind),
        };
    }

    fn is_set(&self) -> bool {
        !matches!(self.about, Kind::Plain | Kind::Thing | Kind::Spare)
    }

    fn is_paid(&self) -> bool {
        matches!(
            self.about,
            Kind::Amount | Kind::Resource | Kind::Token | Kind::Bytes
        )
    }

    /// `tokens_per_second`, `accuracy_per_dollar`; but `cost_per_hour`, and an unknown word per day.
    fn per(&self, what: &str, kind: Kind) -> Kind {
        let is_short = matches!(what, "s" | "sec" | "second");
        let is_gain = matches!(kind, Kind::Time | Kind::Money)
            || matches!(what, "watt" | "joule" | "kwh" | "wh");
        let stays = is_bad(self.about) && !matches!(self.about, Kind::Token | Kind::Bytes)
            || matches!(self.about, Kind::Unclear | Kind::Spare)
            || self.about == Kind::Plain && !is_short;
        if is_gain && !stays {
            Kind::Good
        } else {
            self.about
        }
    }

    fn direction(&self) -> Option<Direction> {
        let about = match self.about {
            Kind::Plain if self.has_percentile && !self.has_others => Kind::Amount,
            Kind::Resource | Kind::Token if self.has_tail => Kind::Unclear,
            Kind::Refusal if self.has_unknown => Kind::Unclear,
            about => about,
        };
        match about {
            Kind::Thing | Kind::Setting | Kind::Spread => Some(Neither),
            about if is_good(about) != is_bad(about) => {
                Some(if is_good(about) == self.is_inverse {
                    LowerIsBetter
                } else {
                    HigherIsBetter
                })
            }
            _ => None,
        }
    }

    fn unit(&self, words: &[Word]) -> Option<&'static str> {
        let per = words
            .iter()
            .skip(1)
            .position(|word| word.kind == Kind::Per)
            .map(|place| place + 1);
        let per_second = per
            .and_then(|per| words.get(per + 1))
            .is_some_and(|word| matches!(word.text.as_str(), "s" | "sec" | "second"));
        if per_second {
            return Some("per_second");
        }
        if words
            .iter()
            .any(|word| matches!(word.text.as_str(), "pct" | "percent" | "percentage"))
        {
            return Some("percent");
        }
        // What stands directly behind `per` is no unit of the value, what comes later is.
        let units = words.iter().enumerate().filter(|(place, word)| {
            let is_measure = per.is_none_or(|per| *place != per + 1);
            let is_behind = *place > 0 || words.len() == 1 || per == Some(1);
            is_measure && (is_behind || word.kind != Kind::Time)
        });
        let mut last = None;
        for (_, word) in units {
            last = match (word.kind, word.text.as_str()) {
                (Kind::Time, "ms" | "msec" | "millisecond") => Some(Some("ms")),
                (Kind::Time, "s" | "sec" | "second" | "secs") => Some(Some("seconds")),
                (Kind::Money, "usd" | "dollar") => Some(Some("usd")),
                (Kind::Bytes, "byte") => Some(Some("bytes")),
                (Kind::Bytes, "mb" | "megabyte") => Some(Some("mb")),
                (Kind::Bytes, "gb" | "gigabyte") => Some(Some("gb")),
                (Kind::Time | Kind::Money | Kind::Bytes, _) => Some(None),
                _ => last,
            };
        }
        let is_cost =
            |word: &Word| matches!(word.text.as_str(), "cost" | "price" | "spend" | "expense");
        match self.about {
            _ if last.is_some() => last?,
            Kind::Amount | Kind::Saved if words.iter().any(is_cost) => Some("usd"),
            Kind::Token if !self.has_tail => Some("tokens"),
            _ => None,
        }
    }
}

/// Whether `kind` and the `next` word are read together: `correct_refusal`, `false_acceptance`,
/// `non_toxic`, `blocked_attacks`.
fn pairs(kind: Kind, next: Kind) -> bool {
    use Kind::{Attack, Bad, Cure, Event, Good, Quality, Refusal, Right, Unclear};
    match kind {
        Kind::Right => matches!(next, Bad | Attack | Refusal | Unclear),
        Kind::Wrong => matches!(
            next,
            Good | Quality | Event | Cure | Bad | Refusal | Unclear
        ),
        Kind::Not => matches!(next, Good | Quality | Event | Right | Bad | Attack),
        Kind::Blocked => matches!(next, Bad | Attack),
        _ => false,
    }
}

/// What a name is about after a word of `kind`, if it was `about` something else before.
#[expect(clippy::match_same_arms, reason = "in the order of kinds, as in SQL")]
fn becomes(about: Kind, kind: Kind) -> Kind {
    use Kind::{
        Amount, Attack, Bad, Blocked, Bytes, Cure, Drop, Event, Good, Money, Plain, Quality,
        Refusal, Resource, Right, Saved, Score, Setting, Share, Spare, Task, Thing, Time, Token,
        Unclear, Wrong,
    };
    match (kind, about) {
        (Good, Attack) | (Right, Bad | Attack) => Unclear,
        (Good | Right, _) => kind,
        (Quality | Task | Event, Good | Right | Cure) => about,
        (Event, Attack) => Bad,
        (Quality | Task | Event, Plain | Thing | Spare | Token | Quality | Task | Event) => kind,
        (Quality | Task | Event, _) => Unclear,
        (Bad | Wrong, _) => Bad,
        (Attack | Cure | Unclear | Saved | Amount | Setting, _) => kind,
        (Resource | Token | Bytes, Spare) => Unclear,
        (Token, Bad) => Bad,
        (Resource | Token, _) => kind,
        (Score, Plain | Thing | Spare) => Good,
        (Score | Share, Token) => Unclear,
        (Score, Amount | Resource | Bytes | Setting) => Unclear,
        (Time, Spare) => Unclear,
        (Time, Bytes) => Good, // `mb_s`
        (Time, Plain | Thing | Good | Right | Quality | Task | Event | Cure | Refusal) => Amount,
        (Money, Plain | Thing | Task) => Amount,
        (Bytes, Plain | Task) => Bytes,
        (Money | Bytes, Quality | Event) => Unclear,
        (Drop, Good | Right | Quality | Task | Event | Cure) => Bad,
        (Drop, Bad | Attack | Amount | Resource | Token | Bytes) => Saved,
        (Blocked, Bad | Attack) => Cure,
        (Spare | Blocked, Amount | Resource | Token | Bytes) => Unclear,
        (Spare | Blocked, Plain | Thing) => Spare,
        (Thing, Plain | Task | Spare | Amount | Resource | Token | Bytes) => Thing,
        (Refusal, Plain | Thing | Spare) => Refusal,
        (Refusal, _) => Unclear,
        _ => about,
    }
}

fn is_good(about: Kind) -> bool {
    use Kind::{Cure, Event, Good, Quality, Right, Saved, Task};
    matches!(about, Good | Right | Quality | Task | Event | Cure | Saved)
}

fn is_bad(about: Kind) -> bool {
    use Kind::{Amount, Attack, Bad, Bytes, Refusal, Resource, Token};
    matches!(
        about,
        Bad | Attack | Refusal | Amount | Resource | Token | Bytes
    )
}

/// Whether there are as many of it as a report has.
fn is_counted(thing: &str) -> bool {
    matches!(
        thing,
        "sample" | "example" | "question" | "item" | "row" | "instance" | "prompt" | "run"
    )
}

/// The words of a name as the table has them: `mAP@0.5` → map, at, 0, 5; `rougeL`; `tokensPerSecond`.
fn split(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let parts = name.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric());
    for part in parts {
        let text = part.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let lower = stem(&text.to_ascii_lowercase());
        if KINDS.contains_key(lower.as_str()) {
            words.push(lower);
        } else {
            words.extend(humps(text).map(|word| stem(&word.to_ascii_lowercase())));
        }
        words.extend(match &part[text.len()..] {
            "%" => Some("pct".to_owned()),
            "@" => Some("at".to_owned()),
            "$" => Some("usd".to_owned()),
            "/" => Some("/".to_owned()),
            _ => None,
        });
    }
    // `tok/s`
    if let [.., _, slash, unit] = words.as_mut_slice()
        && slash == "/"
        && KINDS.get(unit.as_str()) == Some(&Kind::Time)
    {
        "per".clone_into(slash);
    }
    words.retain(|word| word != "/");
    words
}

/// `tokensPerSecond` → tokens, Per, Second; `GPUMemory` → GPU, Memory.
fn humps(text: &str) -> impl Iterator<Item = &str> {
    let letters = text.as_bytes();
    let is_start = |place: &usize| {
        let place = *place;
        letters[place].is_ascii_uppercase()
            && (!letters[place - 1].is_ascii_uppercase()
                || letters.get(place + 1).is_some_and(u8::is_ascii_lowercase))
    };
    let starts: Vec<usize> = (1..letters.len()).filter(is_start).collect();
    let ends = starts.clone().into_iter().chain([text.len()]);
    iter::once(0)
        .chain(starts)
        .zip(ends)
        .map(|(start, end)| &text[start..end])
        .filter(|word| !word.is_empty())
}

/// The form of a word that the table has, otherwise the word itself: errors → error, bleu4 → bleu,
/// helpfulness → helpful.
fn stem(word: &str) -> String {
    let long = |stem: &str| (stem.len() > 1).then(|| stem.to_owned());
    let forms = [
        Some(word.to_owned()),
        long(word.trim_end_matches(|letter: char| letter.is_ascii_digit()))
            .filter(|_| !is_percentile(word)),
        word.strip_suffix("ies").map(|stem| format!("{stem}y")),
        word.strip_suffix("es")
            .filter(|stem| stem.len() > 2)
            .and_then(long),
        word.strip_suffix('s').and_then(long),
        word.strip_suffix("ness").and_then(long),
    ];
    forms
        .into_iter()
        .flatten()
        .find(|form| KINDS.contains_key(form.as_str()))
        .unwrap_or_else(|| word.to_owned())
}

/// `p95`, `tp99`.
fn is_percentile(word: &str) -> bool {
    word.strip_prefix('t')
        .unwrap_or(word)
        .strip_prefix('p')
        .is_some_and(|rest| rest.len() > 1 && rest.bytes().all(|letter| letter.is_ascii_digit()))
}

/// The words with their kinds; up to three that mean something together are one.
fn joined(words: &[String]) -> Vec<Word> {
    let mut found = Vec::new();
    let mut rest = words;
    while let [first, ..] = rest {
        let together = [3, 2].into_iter().find_map(|count| {
            let text = rest.get(..count)?.join("_");
            let kind = *KINDS.get(text.as_str())?;
            Some((count, Word { text, kind }))
        });
        let (count, word) = together.unwrap_or_else(|| {
            let (text, kind) = (first.clone(), kind_of(first));
            (1, Word { text, kind })
        });
        found.push(word);
        rest = &rest[count..];
    }
    found
}

fn kind_of(word: &str) -> Kind {
    if let Some(kind) = KINDS.get(word) {
        return *kind;
    }
    if word.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Kind::Number;
    }
    if is_percentile(word) {
        return Kind::Percentile;
    }
    // `inaccurate`, `mismatch`
    let is_turned = ["un", "in", "ir", "im", "mis", "dis"]
        .into_iter()
        .filter_map(|prefix| word.strip_prefix(prefix))
        .filter_map(|rest| KINDS.get(stem(rest).as_str()))
        .any(|kind| matches!(kind, Kind::Good | Kind::Quality | Kind::Event | Kind::Right));
    if is_turned {
        return Kind::Bad;
    }
    ENDINGS
        .into_iter()
        .find(|(ending, _)| word.len() > ending.len() + 1 && word.ends_with(ending))
        .map_or(Kind::Unknown, |(_, kind)| kind)
}

/// Endings of words written as one: `bertscore`.
const ENDINGS: [(&str, Kind); 9] = [
    ("accuracy", Kind::Good),
    ("precision", Kind::Good),
    ("recall", Kind::Good),
    ("score", Kind::Score),
    ("loss", Kind::Bad),
    ("error", Kind::Bad),
    ("latency", Kind::Amount),
    ("bench", Kind::Task),
    ("qa", Kind::Task),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The names of a fixture that get a wrong direction, those that get none though one is right, and
    /// how many have one.
    fn misread(fixture: &str) -> (Vec<&str>, Vec<&str>, usize) {
        let (mut wrong, mut without, mut directed) = (Vec::new(), Vec::new(), 0);
        let lines = fixture.lines().filter(|line| !line.starts_with('#'));
        for (name, right) in lines.filter_map(|line| line.split_once('\t')) {
            let said = by_name(name).direction.filter(|said| *said != Neither);
            directed += usize::from(right != "neither");
            match said {
                None if right != "neither" => without.push(name),
                Some(said) if said.as_str() != right => wrong.push(name),
                _ => {}
            }
        }
        (wrong, without, directed)
    }

    #[test]
    fn no_usual_name_gets_a_wrong_direction_and_few_get_none() {
        for fixture in [
            include_str!("../../tests/fixtures/metric_names.tsv"),
            include_str!("../../tests/fixtures/more_metric_names.tsv"),
        ] {
            let (wrong, without, directed) = misread(fixture);
            println!(
                "{directed} names with a direction: {} wrong, {} without",
                wrong.len(),
                without.len()
            );
            assert_eq!(wrong, [""; 0]);
            assert!(without.len() * 100 <= directed * 8, "{without:?}");
        }
    }

    #[test]
    fn words_that_pull_both_ways_give_no_direction() {
        for name in [
            "cost_score",
            "harmful_refusal_rate",
            "failure_success",
            "hallucinations_detected",
            "accuracy_diff",
            "memory_coherence",
            "free_memory_gb",
            "refund_found_usd",
            "alerts_per_day",
            "samples_s",
            "error_coverage",
        ] {
            assert_eq!(by_name(name).direction, None, "{name}");
        }
    }

    #[test]
    fn a_name_says_its_unit() {
        for (name, unit, is_amount) in [
            ("latency_p90_ms", Some("ms"), true),
            ("latencyMs", Some("ms"), true),
            ("fit_seconds", Some("seconds"), true),
            ("wall_s", Some("seconds"), true),
            ("train_time_min", None, true),
            ("mean_latency", None, true),
            ("latency_change_ms", Some("ms"), false),
            ("total_cost", Some("usd"), true),
            ("price_usd", Some("usd"), true),
            ("cost_eur", None, true),
            ("cost_per_1k_tokens", Some("usd"), true),
            ("estimated_cost_saved", Some("usd"), false),
            ("prompt_tokens", Some("tokens"), true),
            ("token_accuracy", None, false),
            ("tokens_per_second_p50", Some("per_second"), false),
            ("samples/s", Some("per_second"), false),
            ("ms_per_token", Some("ms"), true),
            ("accuracy_%", Some("percent"), false),
            ("peak_memory_gb", Some("gb"), true),
            ("json_error_rate", None, false),
            ("ssim", None, false),
        ] {
            let said = by_name(name);
            assert_eq!((said.unit, said.is_amount), (unit, is_amount), "{name}");
        }
    }

    #[test]
    fn each_word_stands_once_and_is_found_by_its_own_form() {
        let count: usize = WORDS
            .iter()
            .map(|(_, words)| words.split_ascii_whitespace().count())
            .sum();
        assert_eq!(KINDS.len(), count);
        for word in KINDS.keys() {
            assert!(
                word.bytes().all(|letter| letter.is_ascii_lowercase()
                    || letter.is_ascii_digit()
                    || letter == b'_'),
                "{word}"
            );
            // Three words at most are read as one, each in its own form.
            let parts: Vec<String> = word.split('_').map(stem).collect();
            assert!(parts.len() <= 3, "{word}");
            assert_eq!(parts.join("_"), **word, "never found");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(name in "\\PC{0,40}") {
            by_name(&name);
        }

        #[test]
        fn case_and_separators_say_nothing(words in prop::collection::vec("[a-z]{3,8}", 1..4)) {
            let said = by_name(&words.join("_"));
            prop_assert_eq!(by_name(&words.join("-")), said);
            prop_assert_eq!(by_name(&words.join(".")), said);
            prop_assert_eq!(by_name(&words.join("_").to_uppercase()), said);
        }
    }
}
