/// A long sentence folded at its pauses, so that it stays beside its verdict.
pub(super) fn folded(sentence: &str) -> String {
    const WIDTH: usize = 100;
    let mut text = String::new();
    let mut width = 0;
    for part in sentence.split("; ") {
        let length = part.chars().count();
        if width > 0 && width + length > WIDTH {
            text.push_str(";\n             ");
            width = 0;
        } else if width > 0 {
            text.push_str("; ");
        }
        text.push_str(part);
        width += length + 2;
    }
    text
}
