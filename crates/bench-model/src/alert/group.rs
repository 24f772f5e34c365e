//! Conditions of one cause → one group.

use crate::alert::{cause::Cause, condition::Condition};

/// Divides conditions into groups that one cause explains: of one class, with a suspect in common, and
/// a moment at which all of them may have begun.
///
/// The moments are the fewest that explain every condition (the ends of spans, from the earliest on);
/// a condition that several explain goes to the one nearest to its likeliest time.
pub(crate) fn groups<'a>(conditions: &[&'a Condition]) -> Vec<Vec<&'a Condition>> {
    let mut sorted: Vec<&Condition> = conditions.to_vec();
    // Those with one suspect come first: several suspects are narrowed to what is known otherwise.
    sorted.sort_by(|one, other| {
        let order = |of: &Condition| {
            let suspects = of.cause.keys.len();
            (
                of.kind.class(),
                suspects,
                of.span.until,
                of.span.after,
                of.member(),
            )
        };
        order(one).cmp(&order(other))
    });
    let mut moments: Vec<Moment> = Vec::new();
    for condition in &sorted {
        if !moments.iter().any(|moment| moment.explains(condition)) {
            moments.push(Moment {
                of: condition,
                cause: condition.cause.clone(),
            });
        }
    }
    let mut groups: Vec<Vec<&Condition>> = vec![Vec::new(); moments.len()];
    for condition in sorted {
        let nearest = moments
            .iter()
            .enumerate()
            .filter(|(_, moment)| moment.explains(condition))
            .min_by_key(|(_, moment)| moment.distance(condition));
        if let Some((place, _)) = nearest {
            groups[place].push(condition);
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// A moment at which something began, and what may have caused it.
struct Moment<'a> {
    of: &'a Condition,
    cause: Cause,
}

impl Moment<'_> {
    fn explains(&self, condition: &Condition) -> bool {
        let moment = self.of.span.until;
        let span = condition.span;
        condition.kind.class() == self.of.kind.class()
            && self.cause.fits(&condition.cause)
            && span.after < moment
            && (moment <= span.until || self.of.span.overlaps(&span))
    }

    fn distance(&self, condition: &Condition) -> jiff::SignedDuration {
        let away = condition.span.at.duration_since(self.of.span.at);
        away.abs()
    }
}
