//! Groups as partial states, and partial states as groups.

use datafusion::arrow::array::{ArrayRef, new_null_array};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::fold::keys::directory::Directory;
use crate::fold::keys::lists::elements;
use crate::fold::run::call_error::CallError;
use crate::fold::run::groups_of_entities::GroupsOfEntities;

impl GroupsOfEntities {
    /// Names and types of the columns of a partial state.
    pub fn state_types(&self) -> Result<Vec<(&'static str, DataType)>, CallError> {
        let mut types: Vec<_> = self.directory.state_types().collect();
        for running in &self.calls {
            types.extend(running.groups.state_types()?);
        }
        Ok(types)
    }

    /// The first groups as columns of a partial state, one row per group.
    pub fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>, CallError> {
        self.fold_waiting()?;
        let lists = self.directory.lists(0..first);
        let mut state = self.directory.state(&lists);
        for running in &self.calls {
            state.extend(running.groups.state(first, &lists));
        }
        Ok(state)
    }

    /// The partial states of each call, as if it were alone: one row for each of the first groups.
    pub fn states(&mut self, first: usize) -> Result<Vec<Vec<ArrayRef>>, CallError> {
        self.fold_waiting()?;
        let directory = &self.directory;
        let all = directory.lists(0..first);
        let names = directory.state(&all);
        let states = self.calls.iter().map(|running| {
            let folded = |lists| running.groups.state_of_entities_alone(lists);
            let mut state = match running.groups.entities_of_own(first, directory, &all) {
                None => [names.clone(), folded(&all)].concat(),
                Some(own) => [directory.state(&own), folded(&own)].concat(),
            };
            state.extend(running.groups.state_beside(first));
            state
        });
        Ok(states.collect())
    }

    /// All groups as partial states in pieces that are small enough to go on with one by one: in each region those of some
    /// entities, which depends on their names alone: `region_of` tells it. Gives each piece with its region and the groups
    /// that it has.
    pub fn each_piece<E: From<CallError>>(
        &mut self,
        regions: usize,
        region_of: impl Fn(&[ArrayRef]) -> Result<Vec<usize>, E>,
        mut each: impl FnMut(usize, &[usize], Vec<ArrayRef>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each_part(|part| part.pieces(regions, &region_of, &mut each))
    }

    fn pieces<E: From<CallError>>(
        &self,
        regions: usize,
        region_of: impl Fn(&[ArrayRef]) -> Result<Vec<usize>, E>,
        mut each: impl FnMut(usize, &[usize], Vec<ArrayRef>) -> Result<(), E>,
    ) -> Result<(), E> {
        let directory = &self.directory;
        let lists = directory.lists(0..self.groups);
        let names = directory.state(&lists);
        let of_entities = region_of(&names.iter().map(elements).collect::<Vec<_>>())?;
        let pieces = lists.split(&of_entities, regions).into_iter().enumerate();
        for (region, (groups, lists)) in pieces {
            let mut state = directory.state(&lists);
            for running in &self.calls {
                let of_entities = running.groups.state_of_entities(&lists);
                let all = running.groups.state_types().map_err(CallError::from)?;
                let beside = all.into_iter().skip(of_entities.len());
                state.extend(of_entities);
                state.extend(nothing(
                    beside.map(|(_, data_type)| data_type),
                    groups.len(),
                ));
            }
            each(region, &groups, state)?;
        }
        Ok(())
    }

    /// All groups as partial states without their entities.
    pub fn beside(&self) -> Vec<ArrayRef> {
        let names = self.directory.state_types();
        let mut state = nothing(names.map(|(_, data_type)| data_type), self.groups);
        for running in &self.calls {
            let entities = running.groups.types_of_entities();
            state.extend(nothing(entities.into_iter(), self.groups));
            state.extend(running.groups.state_beside(self.groups));
        }
        state
    }

    /// Takes in the rows of a partial state, each of one group.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), CallError> {
        self.fold_waiting()?;
        self.merge_by(state, groups, |directory| directory.merge(state, groups))
    }

    /// The same of entities none of which is known: of partitions that were made by entity.
    pub fn merge_apart(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), CallError> {
        self.fold_waiting()?;
        self.merge_by(state, groups, |directory| {
            directory.merge_apart(state, groups)
        })
    }

    /// The same of one state, as all that there is, to be finished: nobody will ask for the names of its entities.
    pub fn merge_to_finish(&mut self, state: &[ArrayRef]) -> Result<(), CallError> {
        self.merge_by(state, &[0], |directory| directory.merge_unnamed(state))
    }

    fn merge_by(
        &mut self,
        state: &[ArrayRef],
        groups: &[usize],
        merge: impl FnOnce(&mut Directory) -> Result<(usize, Vec<usize>), ArrowError>,
    ) -> Result<(), CallError> {
        let (mut used, lengths) = merge(&mut self.directory)?;
        let entities = (&self.directory, lengths.as_slice());
        for (call, running) in self.calls.iter_mut().enumerate() {
            let merged = running.groups.merge(&state[used..], groups, entities);
            used += merged.map_err(|error| CallError { call, error })?;
        }
        Ok(())
    }
}

/// Columns of NULL.
fn nothing(types: impl Iterator<Item = DataType>, rows: usize) -> Vec<ArrayRef> {
    let nothing = types.map(|data_type| new_null_array(&data_type, rows));
    nothing.collect()
}
