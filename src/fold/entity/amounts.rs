//! What an entity brings: [`crate::define::Fold::Change`], and the sums behind the standard error of a
//! mean over entities.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::fold::{EntityFold, known_as};
use crate::fold::facts::call::UnboundCall;
use crate::fold::keys::arguments::Encoders;
use crate::fold::keys::encoder::Codes;
use crate::fold::keys::lists::{EntityLists, FlatLists};
use crate::fold::sum::change::Change;
use crate::fold::sum::money::Sums;

/// One sum per entity for each of some arguments.
#[derive(Debug)]
pub struct Amounts {
    sums: Vec<(usize, Sums, DataType)>,
    entities: usize,
}

impl Amounts {
    /// Sums of these arguments.
    pub fn new(arguments: &[usize], call: &UnboundCall) -> Self {
        let sums = |argument: &usize| {
            let data_type = call.arg_types[*argument].clone();
            let sums = Sums::new(&data_type).expect("amounts were checked to be numbers");
            (*argument, sums, data_type)
        };
        Amounts {
            sums: arguments.iter().map(sums).collect(),
            entities: 0,
        }
    }

    /// What an entity has of one of the amounts.
    pub(in crate::fold) fn amount(&self, entity: u32, position: usize) -> f64 {
        let (_, sums, _) = &self.sums[position];
        sums.as_float(entity as usize)
    }
}

impl EntityFold for Amounts {
    fn grow(&mut self, n: usize) {
        self.entities = n;
        for (_, sums, _) in &mut self.sums {
            sums.grow(n);
        }
    }

    fn update(&mut self, _: &[u32], _: &[Codes], _: &Encoders) -> Result<(), ArrowError> {
        Ok(())
    }

    fn update_amounts(&mut self, entities: &[u32], args: &[ArrayRef]) -> Result<(), ArrowError> {
        let entities: Vec<usize> = entities.iter().map(|id| *id as usize).collect();
        for (argument, sums, _) in &mut self.sums {
            sums.update(&args[*argument], &entities, Change::Add)?;
        }
        Ok(())
    }

    fn has_amounts(&self) -> bool {
        true
    }

    fn keeps_items(&self) -> bool {
        false
    }

    fn outcome(&self, _: u32) -> Option<i128> {
        None
    }

    fn state_types(&self, _: &Encoders) -> Vec<(&'static str, DataType)> {
        let types = self.sums.iter().map(|(_, _, data_type)| {
            Sums::state_types(data_type).expect("amounts were checked to be numbers")
        });
        types.flatten().collect()
    }

    fn state(&self, lists: &EntityLists, _: &Encoders) -> Vec<ArrayRef> {
        let ids: ArrayRef = Arc::new(UInt32Array::from_iter_values(
            lists.ids().map(|id| id as u32),
        ));
        let columns = self
            .sums
            .iter()
            .flat_map(|(_, sums, _)| sums.state(self.entities));
        columns
            .map(|column| lists.list(take(&column, &ids, None).expect("ids are entities")))
            .collect()
    }

    fn merge(&mut self, merged: &FlatLists, _: &Encoders) -> Result<(), ArrowError> {
        let entities: Vec<usize> = merged.entities().iter().map(|id| *id as usize).collect();
        let mut column = 0;
        for (_, sums, _) in &mut self.sums {
            let width = sums.state_width();
            let parts = (column..column + width)
                .map(|i| merged.column(i))
                .collect::<Result<Vec<_>, _>>()?;
            sums.merge(&parts, &entities)?;
            column += width;
        }
        Ok(())
    }

    fn absorb(
        &mut self,
        other: &dyn EntityFold,
        pairs: &[(u32, u32)],
        _: &Encoders,
    ) -> Result<(), ArrowError> {
        let other: &Self = known_as(other)?;
        for ((_, sums, _), (_, others, _)) in self.sums.iter_mut().zip(&other.sums) {
            for (there, here) in pairs {
                sums.add_from(*here as usize, others, *there as usize)?;
            }
        }
        Ok(())
    }

    fn size(&self) -> usize {
        self.sums.iter().map(|(_, sums, _)| sums.size()).sum()
    }
}
