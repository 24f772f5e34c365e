//! Where a series of a trait steps, and by how much.

use crate::chance::Chance;

/// Which steps a trait may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Steps {
    None,
    /// To another level, for good or until the next step.
    Lasting,
    /// Off by 3 to 5 sd, and back: both ends are changes.
    Incidents,
}

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) count: usize,
    /// The first run of each new level, and the size in standard deviations, up or down.
    pub(crate) steps: Vec<(usize, f64)>,
}

/// The room of a metric without limits.
pub(crate) const ANYWHERE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The runs of an incident.
const INCIDENT: usize = 8;
/// The runs after the newest step.
const AFTER: usize = 20;
/// The least runs between two steps, and before and after them: nearer ones are the same change.
const GAP: usize = 5;

impl Plan {
    /// At most so many steps or incidents, as far as they fit.
    pub(crate) fn offline(chance: &mut Chance, kind: Steps, count: usize, steps: usize) -> Self {
        let steps = match kind {
            Steps::None => vec![],
            Steps::Lasting => {
                let gap = (count / 10).max(GAP);
                let steps = steps.min(chance.whole(2, (count / 20).clamp(2, 5)));
                let places = places(chance, steps, (gap, gap), count);
                let step = |run| (run, chance.between(1.0, 5.0) * chance.sign());
                places.into_iter().map(step).collect()
            }
            Steps::Incidents => {
                let incidents = steps.min(count / 25).clamp(steps.min(1), 3);
                let places = places(chance, incidents, (GAP, INCIDENT + GAP), count);
                let sizes = places
                    .into_iter()
                    .map(|run| (run, chance.between(3.0, 5.0) * chance.sign()));
                sizes.flat_map(|(run, size)| incident(run, size)).collect()
            }
        };
        Self { count, steps }
    }

    /// A step of 3 sd behind 20 to 60 runs, or the incident that begins with it.
    pub(crate) fn online(chance: &mut Chance, kind: Steps) -> Self {
        let history = chance.whole(20, 60);
        let size = 3.0 * chance.sign();
        let steps = match kind {
            Steps::None => vec![],
            Steps::Lasting => vec![(history, size)],
            Steps::Incidents => incident(history, size).to_vec(),
        };
        let last = steps.last().map_or(history, |(run, _)| *run);
        Self {
            count: last + AFTER,
            steps,
        }
    }

    /// The level of every run, in standard deviations. A step that would leave the room of the
    /// metric goes the other way.
    pub(crate) fn levels(&self, room: (f64, f64)) -> Vec<f64> {
        let is_inside = |level: f64| (room.0..=room.1).contains(&level);
        let mut level = 0.0;
        let mut steps = self.steps.iter().peekable();
        let next = |run| {
            if let Some((_, size)) = steps.next_if(|(step, _)| *step == run) {
                level += if is_inside(level + size) {
                    *size
                } else {
                    -size
                };
            }
            level
        };
        (0..self.count).map(next).collect()
    }
}

fn incident(run: usize, size: f64) -> [(usize, f64); 2] {
    [(run, size), (run + INCIDENT, -size)]
}

/// Places with at least so many runs before the first, and from each to the next or the end.
fn places(
    chance: &mut Chance,
    places: usize,
    (before, after): (usize, usize),
    count: usize,
) -> Vec<usize> {
    loop {
        let found = chance.places(places, before, count - after);
        if found.windows(2).all(|pair| pair[1] - pair[0] >= after) {
            return found;
        }
    }
}
