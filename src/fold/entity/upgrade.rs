//! [`crate::define::Fold::Upgrade`]: whether an entity moved above the tier that it started with.
//!
//! Three facts are enough, and they can be merged in any order: the earliest time, the highest tier
//! at that time, and the highest tier at any time.

use std::cmp::Ordering;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::fold::{EntityFold, known_as};
use crate::fold::entity::cells::Cells;
use crate::fold::keys::arguments::{Encoders, encoder, encoder_mut};
use crate::fold::keys::encoder::{Codes, Encoder};
use crate::fold::keys::lists::{EntityLists, FlatLists};

/// The path through the tiers, of each entity or of each of its lines.
#[derive(Debug)]
pub struct Upgrade {
    tier: usize,
    at: usize,
    lines: Option<UpgradeLines>,
    /// By entity, or by cell where there are lines. `None` until a row with tier and time is seen.
    paths: Vec<Option<Path>>,
}

#[derive(Debug)]
struct UpgradeLines {
    argument: usize,
    cells: Cells,
}

#[derive(Debug, Clone, Copy)]
struct Path {
    start: u64,
    start_tier: u64,
    highest_tier: u64,
}

impl Path {
    fn merge(&mut self, other: Path, tiers: &Encoder) {
        match other.start.cmp(&self.start) {
            Ordering::Less => {
                (self.start, self.start_tier) = (other.start, other.start_tier);
            }
            Ordering::Equal => {
                self.start_tier = higher(self.start_tier, other.start_tier, tiers);
            }
            Ordering::Greater => {}
        }
        self.highest_tier = higher(self.highest_tier, other.highest_tier, tiers);
    }
}

fn higher(left: u64, right: u64, tiers: &Encoder) -> u64 {
    if tiers.compare(left, right).is_ge() {
        left
    } else {
        right
    }
}

impl Upgrade {
    pub fn new(line: Option<usize>, tier: usize, at: usize) -> Self {
        Upgrade {
            tier,
            at,
            lines: line.map(|argument| UpgradeLines {
                argument,
                cells: Cells::default(),
            }),
            paths: vec![],
        }
    }

    /// Takes in paths of entities, each with the code of its line if there are lines.
    fn see(
        &mut self,
        paths: impl Iterator<Item = (u32, Option<u64>, Path)>,
        tiers: &Encoder,
    ) -> Result<(), ArrowError> {
        for (entity, line, path) in paths {
            let place = match (&mut self.lines, line) {
                (None, _) => entity as usize,
                (Some(_), None) => continue,
                (Some(lines), Some(line)) => {
                    let cell = lines.cells.intern(entity, line)?;
                    self.paths.resize(lines.cells.end(), None);
                    cell
                }
            };
            match &mut self.paths[place] {
                Some(known) => known.merge(path, tiers),
                unknown => *unknown = Some(path),
            }
        }
        Ok(())
    }
}

impl EntityFold for Upgrade {
    fn grow(&mut self, n: usize) {
        match &mut self.lines {
            Some(lines) => lines.cells.grow(n),
            None => self.paths.resize(n, None),
        }
    }

    fn update(
        &mut self,
        entities: &[u32],
        columns: &[Codes],
        encoders: &Encoders,
    ) -> Result<(), ArrowError> {
        let (tiers, times) = (&columns[self.tier], &columns[self.at]);
        let lines = self.lines.as_ref().map(|lines| &columns[lines.argument]);
        let paths = entities.iter().enumerate().filter_map(|(row, entity)| {
            let (tier, start) = (tiers.get(row)?, times.get(row)?);
            let path = Path {
                start,
                start_tier: tier,
                highest_tier: tier,
            };
            Some((*entity, lines.and_then(|lines| lines.get(row)), path))
        });
        self.see(paths, &encoder(encoders, self.tier))
    }

    fn has_amounts(&self) -> bool {
        false
    }

    fn update_amounts(&mut self, _: &[u32], _: &[ArrayRef]) -> Result<(), ArrowError> {
        Ok(())
    }

    fn keeps_items(&self) -> bool {
        // A path for each line, and an entity has few lines.
        false
    }

    fn outcome(&self, entity: u32) -> Option<i128> {
        // Codes of equal tiers are equal, and the highest tier is never below the first.
        let went_up = |place: usize| {
            self.paths[place].is_some_and(|path| path.highest_tier != path.start_tier)
        };
        let went_up = match &self.lines {
            None => went_up(entity as usize),
            Some(lines) => lines.cells.of(entity).any(went_up),
        };
        Some(went_up.into())
    }

    fn state_types(&self, encoders: &Encoders) -> Vec<(&'static str, DataType)> {
        let tier = encoder(encoders, self.tier).state_type();
        let mut types = vec![
            ("start", encoder(encoders, self.at).state_type()),
            ("start_tier", tier.clone()),
            ("highest_tier", tier),
        ];
        if let Some(lines) = &self.lines {
            types.push(("owner", DataType::UInt32));
            types.push(("line", encoder(encoders, lines.argument).state_type()));
        }
        types
    }

    fn state(&self, lists: &EntityLists, encoders: &Encoders) -> Vec<ArrayRef> {
        let cells = self.lines.as_ref().map(|lines| lines.cells.lists(lists));
        let places: Vec<usize> = match &cells {
            None => lists.ids().collect(),
            Some(cells) => cells.ids().collect(),
        };
        let column = |argument: usize, code: fn(&Path) -> u64| {
            let codes = places
                .iter()
                .map(|place| self.paths[*place].as_ref().map(code));
            let elements = encoder(encoders, argument).decode_state(codes);
            match &cells {
                None => lists.list(elements),
                Some(cells) => cells.list(elements),
            }
        };
        let mut state = vec![
            column(self.at, |path| path.start),
            column(self.tier, |path| path.start_tier),
            column(self.tier, |path| path.highest_tier),
        ];
        if let (Some(lines), Some(cells)) = (&self.lines, &cells) {
            let codes = cells.ids().map(|cell| Some(lines.cells.item(cell)));
            let codes = encoder(encoders, lines.argument).decode_state(codes);
            state.push(cells.owners());
            state.push(cells.list(codes));
        }
        state
    }

    fn merge(&mut self, merged: &FlatLists, encoders: &Encoders) -> Result<(), ArrowError> {
        let (entities, line_codes) = match &self.lines {
            None => (merged.entities().to_vec(), None),
            Some(lines) => {
                let cells = merged.cell_entities(3)?;
                let codes = merged.cell_column(4, &cells)?;
                let codes = encoder_mut(encoders, lines.argument).encode_state(&codes)?;
                (cells, Some(codes))
            }
        };
        let start = merged.cell_column(0, &entities)?;
        let start = encoder_mut(encoders, self.at).encode_state(&start)?;
        let start_tier = merged.cell_column(1, &entities)?;
        let start_tier = encoder_mut(encoders, self.tier).encode_state(&start_tier)?;
        let highest_tier = merged.cell_column(2, &entities)?;
        let highest_tier = encoder_mut(encoders, self.tier).encode_state(&highest_tier)?;
        let paths = entities.iter().enumerate().filter_map(|(row, entity)| {
            let path = Path {
                start: start.get(row)?,
                start_tier: start_tier.get(row)?,
                highest_tier: highest_tier.get(row)?,
            };
            Some((
                *entity,
                line_codes.as_ref().and_then(|codes| codes.get(row)),
                path,
            ))
        });
        self.see(paths, &encoder(encoders, self.tier))
    }

    fn absorb(
        &mut self,
        other: &dyn EntityFold,
        pairs: &[(u32, u32)],
        encoders: &Encoders,
    ) -> Result<(), ArrowError> {
        let other: &Self = known_as(other)?;
        let tiers = &encoder(encoders, self.tier);
        match &other.lines {
            None => {
                let paths = pairs
                    .iter()
                    .filter_map(|(there, here)| Some((*here, None, other.paths[*there as usize]?)));
                self.see(paths, tiers)
            }
            Some(lines) => {
                let cells = pairs.iter().flat_map(|(there, here)| {
                    let cells = lines.cells.of(*there);
                    cells.filter_map(|cell| {
                        let path = other.paths[cell]?;
                        Some((*here, Some(lines.cells.item(cell)), path))
                    })
                });
                self.see(cells, tiers)
            }
        }
    }

    fn size(&self) -> usize {
        let lines = self.lines.as_ref().map_or(0, |lines| lines.cells.size());
        lines + self.paths.capacity() * size_of::<Option<Path>>()
    }
}
