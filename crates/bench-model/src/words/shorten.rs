//! Long texts, cut between characters.

/// The most characters of a text that an error quotes.
pub(crate) const QUOTED: usize = 60;

/// At most `most` characters of `text`, and an ellipsis where there are more.
pub fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A name of at most `most` characters; a longer one loses its middle, because the end often tells
/// it from others.
pub fn shorten_middle(name: &str, most: usize) -> String {
    let length = name.chars().count();
    if length <= most {
        return name.to_owned();
    }
    let start = most / 2;
    let end = length - most.saturating_sub(start + 1);
    let start: String = name.chars().take(start).collect();
    let end: String = name.chars().skip(end).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shortened_between_characters() {
        assert_eq!(shorten(&"日".repeat(60), 60), "日".repeat(60));
        assert_eq!(
            shorten(&"日".repeat(61), 60),
            format!("{}…", "日".repeat(60))
        );
    }

    #[test]
    fn a_long_name_loses_its_middle() {
        assert_eq!(shorten_middle("medgemma-v1.2", 56), "medgemma-v1.2");
        let short = shorten_middle(&format!("{}-rc1", "é".repeat(300)), 56);
        assert_eq!(short.chars().count(), 56);
        assert!(short.ends_with("é-rc1"));
    }
}
