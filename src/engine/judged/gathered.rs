//! Rows that are kept until their group is judged. They are few: what is judged was aggregated before.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, LargeListArray, StructArray, UInt64Array,
    new_empty_array, new_null_array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{concat, filter, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{ScalarValue, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;

use super::judging_function::AggregateJudgement;
use crate::engine::aggregate::accumulate::Accumulate;
use crate::statistics::Confidence;

/// The rows of some groups.
#[derive(Debug)]
pub struct Gathered {
    judgement: &'static AggregateJudgement,
    /// Of the arguments.
    types: Vec<DataType>,
    returned: DataType,
    confidence: Confidence,
    batches: Vec<KeptRows>,
    groups: usize,
    /// Bytes of the rows.
    bytes: usize,
}

/// Rows as they came, each with its group.
#[derive(Debug)]
struct KeptRows {
    columns: Vec<ArrayRef>,
    groups: Vec<usize>,
}

impl KeptRows {
    fn bytes(&self) -> usize {
        let columns = self.columns.iter();
        // A slice keeps all that it is a slice of, which the others of it share.
        let columns = columns.map(|column| column.to_data().get_slice_memory_size().unwrap_or(0));
        columns.sum::<usize>() + self.groups.capacity() * size_of::<usize>()
    }
}

/// The type of a group's rows in a partial state.
pub fn state_type(types: &[DataType]) -> DataType {
    DataType::LargeList(element(types))
}

fn element(types: &[DataType]) -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(fields(types)), true))
}

fn fields(types: &[DataType]) -> Fields {
    let fields = types.iter().enumerate();
    fields
        .map(|(i, data_type)| Field::new(i.to_string(), data_type.clone(), true))
        .collect()
}

impl Gathered {
    /// No rows yet of a call with arguments of these types.
    pub fn new(
        judgement: &'static AggregateJudgement,
        types: Vec<DataType>,
        returned: DataType,
        confidence: Confidence,
    ) -> Self {
        Gathered {
            judgement,
            types,
            returned,
            confidence,
            batches: vec![],
            groups: 0,
            bytes: 0,
        }
    }

    fn keep(&mut self, columns: Vec<ArrayRef>, groups: Vec<usize>) {
        if groups.is_empty() {
            return;
        }
        let rows = KeptRows { columns, groups };
        self.bytes += rows.bytes();
        self.batches.push(rows);
    }

    /// All rows as one batch.
    fn together(&self) -> Result<KeptRows> {
        let columns = self.types.iter().enumerate().map(|(i, data_type)| {
            let parts: Vec<&dyn Array> =
                self.batches.iter().map(|b| b.columns[i].as_ref()).collect();
            match parts.as_slice() {
                [] => Ok(new_empty_array(data_type)),
                parts => Ok(concat(parts)?),
            }
        });
        Ok(KeptRows {
            columns: columns.collect::<Result<_>>()?,
            groups: self
                .batches
                .iter()
                .flat_map(|b| b.groups.iter().copied())
                .collect(),
        })
    }

    /// The rows of the first groups, one group after the other, and how many each has.
    fn by_group(&self, first: usize) -> Result<(Vec<ArrayRef>, Vec<usize>)> {
        let KeptRows { columns, groups } = self.together()?;
        let mut counts = vec![0; first];
        let mut rows: Vec<u64> = vec![];
        for (row, group) in groups.iter().enumerate() {
            if *group < first {
                counts[*group] += 1;
                rows.push(row as u64);
            }
        }
        // Stable: the rows of a group stay in the order in which they came.
        rows.sort_by_key(|row| groups[*row as usize]);
        let rows = UInt64Array::from(rows);
        let columns = columns.iter().map(|column| take(column, &rows, None));
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        Ok((columns, counts))
    }

    fn verdict(&self, columns: &[ArrayRef]) -> Result<ArrayRef> {
        match columns[0].len() {
            0 => Ok(new_null_array(&self.returned, 1)),
            _ => (self.judgement.judge)(columns, self.confidence),
        }
    }
}

impl Accumulate for Gathered {
    fn name(&self) -> String {
        self.judgement.function.name.to_string()
    }

    fn emptied(&self) -> Result<Self> {
        Ok(Gathered::new(
            self.judgement,
            self.types.clone(),
            self.returned.clone(),
            self.confidence,
        ))
    }

    fn count(&self) -> usize {
        self.groups
    }

    fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
    }

    fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<()> {
        // Behind the arguments may stand the confidence.
        let columns = &columns[..self.types.len()];
        let Some(condition) = condition else {
            self.keep(columns.to_vec(), groups.to_vec());
            return Ok(());
        };
        let columns = columns.iter().map(|column| filter(column, condition));
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        let holds = |row: &usize| condition.is_valid(*row) && condition.value(*row);
        let rows = (0..groups.len()).filter(holds).map(|row| groups[row]);
        self.keep(columns, rows.collect());
        Ok(())
    }

    fn evaluate(&mut self, first: usize) -> Result<ArrayRef> {
        let (columns, counts) = self.by_group(first)?;
        let mut start = 0;
        let verdicts = counts.into_iter().map(|count| {
            let of_group: Vec<_> = columns
                .iter()
                .map(|column| column.slice(start, count))
                .collect();
            start += count;
            self.verdict(&of_group)
        });
        let verdicts = verdicts.collect::<Result<Vec<_>>>()?;
        let verdicts: Vec<&dyn Array> = verdicts.iter().map(|verdict| verdict.as_ref()).collect();
        match verdicts.as_slice() {
            [] => Ok(new_empty_array(&self.returned)),
            verdicts => Ok(concat(verdicts)?),
        }
    }

    fn state(&mut self, first: usize) -> Result<Vec<ArrayRef>> {
        let (columns, counts) = self.by_group(first)?;
        let rows = StructArray::new(fields(&self.types), columns, None);
        let lengths = OffsetBuffer::from_lengths(counts);
        let lists = LargeListArray::new(element(&self.types), lengths, Arc::new(rows), None);
        Ok(vec![Arc::new(lists)])
    }

    fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let lists = state[0].as_list::<i64>();
        let offsets = lists.value_offsets();
        let (from, to) = (offsets[0] as usize, offsets[lists.len()] as usize);
        let rows = lists.values().as_struct();
        let of_rows = groups.iter().enumerate().flat_map(|(list, group)| {
            let rows = offsets[list + 1] - offsets[list];
            std::iter::repeat_n(*group, rows as usize)
        });
        let columns = rows.columns().iter();
        let columns = columns.map(|column| column.slice(from, to - from));
        self.keep(columns.collect(), of_rows.collect());
        Ok(())
    }

    fn drop_first(&mut self, first: usize) -> Result<()> {
        let all = self.together()?;
        let stays: BooleanArray = all
            .groups
            .iter()
            .map(|group| Some(*group >= first))
            .collect();
        let columns = all.columns.iter().map(|column| filter(column, &stays));
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        let groups = all
            .groups
            .iter()
            .filter_map(|group| group.checked_sub(first));
        let groups: Vec<usize> = groups.collect();
        self.batches.clear();
        self.bytes = 0;
        self.groups = self.groups.saturating_sub(first);
        self.keep(columns, groups);
        Ok(())
    }

    fn size(&self) -> usize {
        self.bytes + self.batches.capacity() * size_of::<KeptRows>()
    }
}

/// The rows of a window frame, which leave in the order in which they came.
#[derive(Debug)]
pub struct SlidingRows {
    gathered: Gathered,
    /// How many of the first have left.
    left: usize,
}

impl SlidingRows {
    /// An empty frame.
    pub fn new(mut gathered: Gathered) -> Self {
        gathered.grow(1);
        SlidingRows { gathered, left: 0 }
    }

    /// The rows that are in the frame, and no others are kept.
    fn columns(&mut self) -> Result<Vec<ArrayRef>> {
        let KeptRows { columns, groups } = self.gathered.together()?;
        let count = groups.len() - self.left;
        let columns: Vec<_> = columns
            .iter()
            .map(|column| column.slice(self.left, count))
            .collect();
        self.left = 0;
        self.gathered.batches.clear();
        self.gathered.bytes = 0;
        self.gathered.keep(columns.clone(), vec![0; count]);
        Ok(columns)
    }
}

impl Accumulator for SlidingRows {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let zeros = vec![0; values[0].len()];
        self.gathered.update(values, &zeros, None)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.left += values[0].len();
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let columns = self.columns()?;
        let verdict = self.gathered.verdict(&columns)?;
        ScalarValue::try_from_array(&verdict, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("{}: a sliding frame is not handed on", self.gathered.name())
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!(
            "{}: a sliding frame takes in rows alone",
            self.gathered.name()
        )
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.gathered.size()
    }
}
