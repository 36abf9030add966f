//! Rows that wait until all of their neighbours can be folded at once.
//!
//! To fold a row is to look for its entity, and where there are millions of entities, each row waits for a place in
//! memory that nobody has looked at for long. So it is the rows that wait, each with the others of its region: a part of
//! all keys. In the end one region after the other is folded, counted and forgotten, in tables that are small, stay in
//! the cache, and need not grow again.
//!
//! `cross_sell_rate` by month and segment over 40 M rows, which have 31 M entities, took 3.8 seconds and 1.7 GB with
//! each row folded as it came, and takes 2.3 and 0.75; `time_to_cross_sell`, with much to remember of each of 4 M
//! customers, 3.0 and 2.4. Rows that keep numbers in half the space where the numbers allow it are worth 0.2 seconds and
//! 0.5 GB of that.

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::buffer::{Buffer, MutableBuffer, NullBuffer, ScalarBuffer};
use datafusion::arrow::error::ArrowError;

use crate::fold::defer::block_file::BlockFile;
use crate::fold::defer::packed::{Layout, PackedBlock};
use crate::fold::keys::dense_range::PAGE_BITS;
use crate::fold::keys::encoder::Codes;

/// Rows of numbers, by region.
#[derive(Debug)]
pub struct Waiting {
    calls: Vec<Places>,
    /// How rows were laid out so far; the last one is that of rows to come.
    layouts: Vec<Layout>,
    regions: Vec<Region>,
    rows: usize,
    /// How many units the full blocks in memory have.
    in_memory: usize,
    /// Where the other ones are, if there are any.
    file: Option<Box<dyn BlockFile>>,
    /// With how many rows it is asked again whether it is worth while.
    look_at: usize,
}

/// Where a row has what a call reads.
#[derive(Debug)]
struct Places {
    /// For each argument its field, if it is read at all.
    codes: Vec<Option<usize>>,
    /// The bit that says whether the row counts for the call.
    counts: u32,
}

/// Blocks of rows.
#[derive(Debug, Default)]
struct Region {
    full: Vec<Full>,
    open: Vec<u32>,
}

/// A block that takes no more rows.
#[derive(Debug)]
struct Full {
    layout: usize,
    place: BlockPlace,
}

/// The units of a block.
#[derive(Debug)]
enum BlockPlace {
    Memory(Vec<u32>),
    /// From a position of the file on, so many.
    Disk(u64, usize),
}

impl BlockPlace {
    fn len(&self) -> usize {
        match self {
            BlockPlace::Memory(units) => units.len(),
            BlockPlace::Disk(_, len) => *len,
        }
    }
}

/// What a call reads of some rows.
#[derive(Debug)]
pub struct Read {
    /// The rows that count for the call; all, if there is no mask.
    pub counts: Option<BooleanArray>,
    /// The codes of each argument.
    pub columns: Vec<Codes>,
}

/// The field that names the entity in its group.
const KEY: usize = 0;
/// The field of the group.
const GROUP: usize = 1;
/// A bit for each code, which may be NULL, and one for each call.
const BITS: usize = 2;
/// The codes are in this field and those after it.
const CODES: usize = 3;

/// So many regions that the entities of 20 M rows in one of them fit in a cache of a megabyte, and so few that the ends
/// of all of them do as well.
pub const REGIONS: usize = 512;

/// Rows in a block: enough to fold them together, and so few that an open one in each region is little.
const BLOCK: usize = 1024;

/// With fewer rows their entities are in the cache anyway.
const WORTH_WAITING: usize = 1 << 16;

/// The bytes of a unit.
const UNIT: usize = size_of::<u32>();

/// Stands for a number of units that the compiler does not know.
const ANY_WIDTH: usize = 0;

impl Waiting {
    /// No rows yet, for calls that read these columns as their arguments; `None` if that is too much for a row. Calls that
    /// read the same column have the same number for it.
    pub fn of(calls: impl Iterator<Item = Vec<Option<usize>>>) -> Option<Self> {
        let mut columns = vec![];
        let mut place = |column: usize| {
            let known = columns.iter().position(|known| *known == column);
            CODES
                + known.unwrap_or_else(|| {
                    columns.push(column);
                    columns.len() - 1
                })
        };
        let calls: Vec<Vec<_>> = calls
            .map(|reads| reads.into_iter().map(|of| of.map(&mut place)).collect())
            .collect();
        let codes = columns.len();
        let fields = CODES + codes;
        if codes + calls.len() > u64::BITS as usize {
            return None;
        }
        let calls = calls.into_iter().zip(codes as u32..);
        Some(Waiting {
            calls: calls
                .map(|(codes, counts)| Places { codes, counts })
                .collect(),
            layouts: vec![Layout::new(fields)],
            regions: (0..REGIONS).map(|_| Region::default()).collect(),
            rows: 0,
            in_memory: 0,
            file: None,
            look_at: WORTH_WAITING,
        })
    }

    /// Lets rows wait: the key of each entity, its group, and what each call reads.
    pub fn push(&mut self, keys: &[u64], groups: &[usize], calls: &[Read]) {
        let groups: Vec<u64> = groups.iter().map(|group| *group as u64).collect();
        let bits = self.bits_of(keys.len(), calls);
        let mut fields: Vec<&[u64]> = vec![&[]; self.layout().fields()];
        (fields[KEY], fields[GROUP], fields[BITS]) = (keys, &groups, &bits);
        for (places, read) in self.calls.iter().zip(calls) {
            for (place, codes) in places.codes.iter().zip(&read.columns) {
                if let Some(place) = place {
                    fields[*place] = &codes.values;
                }
            }
        }
        self.widen(&fields);
        let units = self.layout().units(&fields);
        match units.len() {
            3 => self.scatter::<3>(keys, &units),
            4 => self.scatter::<4>(keys, &units),
            5 => self.scatter::<5>(keys, &units),
            _ => self.scatter::<ANY_WIDTH>(keys, &units),
        }
        self.rows += keys.len();
    }

    /// That of rows to come.
    fn layout(&self) -> &Layout {
        self.layouts.last().expect("there is a first one")
    }

    /// The bits of each row.
    fn bits_of(&self, rows: usize, calls: &[Read]) -> Vec<u64> {
        let mut bits = vec![u64::MAX; rows];
        let mut clear = |bit: u32, valid: &mut dyn Iterator<Item = bool>| {
            for (bits, is_valid) in bits.iter_mut().zip(valid) {
                *bits &= !(u64::from(!is_valid) << bit);
            }
        };
        for (places, read) in self.calls.iter().zip(calls) {
            if let Some(mask) = &read.counts {
                clear(places.counts, &mut mask.values().iter());
            }
            for (place, codes) in places.codes.iter().zip(&read.columns) {
                if let (Some(place), Some(nulls)) = (place, &codes.nulls) {
                    clear((place - CODES) as u32, &mut nulls.iter());
                }
            }
        }
        bits
    }

    /// Makes room for numbers that differ in more than those before them. Blocks stay as they are laid out.
    fn widen(&mut self, fields: &[&[u64]]) {
        if self.rows == 0 {
            self.layouts = vec![Layout::of_first(fields)];
            return;
        }
        let wider = self.layout().widened(fields);
        if wider.width() > self.layout().width() {
            (0..REGIONS).for_each(|region| self.close(region));
            self.layouts.push(wider);
        }
    }

    /// Scatters rows to their regions, unit by unit: a half of one of the numbers. Where the compiler knows how many there
    /// are, a row is copied without a call, which would be a seventh of all the time.
    fn scatter<const WIDTH: usize>(&mut self, keys: &[u64], units: &[(&[u64], usize)]) {
        let width = match WIDTH {
            ANY_WIDTH => units.len(),
            known => known,
        };
        let block = BLOCK * width;
        let mut row = vec![0; width];
        for (i, key) in keys.iter().enumerate() {
            for (unit, (numbers, shift)) in row.iter_mut().zip(&units[..width]) {
                *unit = (numbers[i] >> shift) as u32;
            }
            let region = region_of(*key);
            if self.regions[region].open.len() >= block {
                self.close(region);
            }
            self.regions[region].open.extend_from_slice(&row[..width]);
        }
    }

    /// Ends a region's open block.
    fn close(&mut self, region: usize) {
        let Region { full, open } = &mut self.regions[region];
        if open.is_empty() {
            return;
        }
        self.in_memory += open.len();
        let next = Vec::with_capacity(open.len());
        full.push(Full {
            layout: self.layouts.len() - 1,
            place: BlockPlace::Memory(std::mem::replace(open, next)),
        });
    }

    /// Whether there are enough rows to ask whether they should wait on. Asks again with twice as many.
    pub fn is_due(&mut self) -> bool {
        let is_due = self.rows >= self.look_at;
        if is_due {
            self.look_at *= 2;
        }
        is_due
    }

    /// Whether some of the rows are on the disk.
    pub fn is_on_disk(&self) -> bool {
        self.file.is_some()
    }

    /// Does something with each block of rows of a region.
    pub fn each_block<E: From<ArrowError>>(
        &self,
        region: usize,
        mut each: impl FnMut(&PackedBlock) -> Result<(), E>,
    ) -> Result<(), E> {
        let Region { full, open } = &self.regions[region];
        for block in full {
            let layout = &self.layouts[block.layout];
            match &block.place {
                BlockPlace::Memory(units) => each(&PackedBlock::new(layout, units))?,
                BlockPlace::Disk(at, len) => {
                    each(&PackedBlock::new(layout, &self.read_back(*at, *len)?))?
                }
            }
        }
        each(&PackedBlock::new(self.layout(), open))
    }

    fn read_back(&self, at: u64, len: usize) -> Result<ScalarBuffer<u32>, ArrowError> {
        let file = self
            .file
            .as_ref()
            .expect("what is on the disk is in a file");
        let mut bytes = MutableBuffer::from_len_zeroed(len * UNIT);
        file.read(at, bytes.as_slice_mut())?;
        Ok(bytes.into())
    }

    /// Sends the full blocks to the disk. Gives how many bytes are free now.
    pub fn spill<E: From<ArrowError>>(
        &mut self,
        new: impl FnOnce() -> Result<Option<Box<dyn BlockFile>>, E>,
    ) -> Result<usize, E> {
        if self.in_memory == 0 {
            return Ok(0);
        }
        if self.file.is_none() {
            self.file = new()?;
        }
        let Some(file) = &mut self.file else {
            return Ok(0);
        };
        for full in self.regions.iter_mut().flat_map(|region| &mut region.full) {
            if let BlockPlace::Memory(units) = &mut full.place {
                let len = units.len();
                let bytes = Buffer::from_vec(std::mem::take(units));
                full.place = BlockPlace::Disk(file.append(bytes.as_slice())?, len);
            }
        }
        Ok(std::mem::take(&mut self.in_memory) * UNIT)
    }

    /// How many rows of a region wait.
    pub fn rows_of(&self, region: usize) -> usize {
        let Region { full, open } = &self.regions[region];
        let full = full
            .iter()
            .map(|block| block.place.len() / self.layouts[block.layout].width());
        full.sum::<usize>() + open.len() / self.layout().width().max(1)
    }

    /// Forgets the rows of a region.
    pub fn drop_region(&mut self, region: usize) {
        self.regions[region] = Region::default();
    }

    /// Group and key of each row of a block.
    pub fn pairs(&self, block: &PackedBlock) -> impl Iterator<Item = (u32, u64)> {
        let groups = block.numbers(GROUP).into_iter();
        let groups = groups.map(|group| group as u32);
        groups.zip(block.numbers(KEY))
    }

    /// What a call reads of the rows of a block. The codes that others have read there are in `known`.
    pub fn read(&self, block: &PackedBlock, call: usize, known: &mut Vec<Option<Codes>>) -> Read {
        let Places { codes, counts } = &self.calls[call];
        known.resize(self.layout().fields(), None);
        let valid = |place: usize| block.bits(BITS, (place - CODES) as u32);
        let columns = codes.iter().map(|place| match place {
            None => Codes::none(),
            Some(place) => {
                let codes = known[*place].get_or_insert_with(|| Codes {
                    values: block.numbers(*place),
                    nulls: valid(*place).map(|valid| NullBuffer::new(valid.values().clone())),
                });
                codes.clone()
            }
        });
        Read {
            columns: columns.collect(),
            counts: block.bits(BITS, *counts),
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let regions = self.regions.iter();
        let open: usize = regions.map(|region| region.open.capacity()).sum();
        (self.in_memory + open) * UNIT + REGIONS * size_of::<Region>()
    }
}

/// Neighbours belong to one region.
fn region_of(key: u64) -> usize {
    let page = key >> PAGE_BITS;
    (page.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - REGIONS.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::keys::dense_range::PAGE;

    fn codes(values: &[u64], valid: &[bool]) -> Codes {
        let codes = values.iter().zip(valid);
        codes.map(|(code, is)| is.then_some(*code)).collect()
    }

    /// All rows of all regions: key, group, and for each call whether the row counts, with its codes.
    type Row = (u64, u32, Vec<(bool, Vec<Option<u64>>)>);

    fn all(waiting: &Waiting, calls: usize) -> Vec<Row> {
        let mut all = vec![];
        let mut look = |block: &PackedBlock| {
            let mut known = vec![];
            let reads = (0..calls).map(|call| waiting.read(block, call, &mut known));
            let reads: Vec<_> = reads.collect();
            for (row, (group, key)) in waiting.pairs(block).enumerate() {
                let of_call = |read: &Read| {
                    let counts = read.counts.as_ref().is_none_or(|mask| mask.value(row));
                    let columns = read.columns.iter().filter(|codes| !codes.values.is_empty());
                    (counts, columns.map(|codes| codes.get(row)).collect())
                };
                all.push((key, group, reads.iter().map(of_call).collect()));
            }
            Ok::<_, ArrowError>(())
        };
        for region in 0..REGIONS {
            waiting.each_block(region, &mut look).unwrap();
        }
        all.sort_unstable();
        all
    }

    /// A file in memory.
    #[derive(Debug, Default)]
    struct Bytes(Vec<u8>);

    impl BlockFile for Bytes {
        fn append(&mut self, bytes: &[u8]) -> Result<u64, ArrowError> {
            let at = self.0.len() as u64;
            self.0.extend(bytes);
            Ok(at)
        }

        fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), ArrowError> {
            bytes.copy_from_slice(&self.0[at as usize..][..bytes.len()]);
            Ok(())
        }
    }

    /// Two calls, of which one reads two of its three arguments, with numbers that need more and more room.
    #[test]
    fn rows_come_back_as_they_were() {
        come_back(false);
    }

    #[test]
    fn rows_come_back_from_the_disk() {
        come_back(true);
    }

    fn come_back(from_disk: bool) {
        let reads = vec![vec![Some(0), None, Some(1)], vec![Some(2), Some(0)]];
        let mut waiting = Waiting::of(reads.into_iter()).unwrap();
        let mut expected: Vec<Row> = vec![];
        for batch in 0..40_u64 {
            let rows = 700 * (batch % 2) as usize;
            let number = |i: usize, bits: u64| {
                // Up to batch 10 nothing differs; from batch 30 on, all that can.
                let wide = (i as u64 + batch).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                5 + (wide & ((1 << (bits * (batch / 10) / 3)) - 1))
            };
            let keys: Vec<u64> = (0..rows).map(|i| number(i, 60)).collect();
            let groups: Vec<usize> = (0..rows).map(|i| i % 3 * batch as usize).collect();
            let columns = [3, 20, 63].map(|bits| (0..rows).map(|i| number(i, bits)).collect());
            let [first, second, third]: [Vec<u64>; 3] = columns;
            let valid: Vec<bool> = (0..rows).map(|i| batch < 20 || i % 7 != 0).collect();
            let mask: Option<Vec<bool>> =
                (batch > 15).then(|| (0..rows).map(|i| i % 5 != 1).collect());
            let all_valid = vec![true; rows];
            let calls = [
                Read {
                    counts: None,
                    columns: vec![
                        codes(&first, &valid),
                        Codes::none(),
                        codes(&second, &all_valid),
                    ],
                },
                Read {
                    counts: mask.clone().map(BooleanArray::from),
                    columns: vec![codes(&third, &all_valid), codes(&first, &valid)],
                },
            ];
            waiting.push(&keys, &groups, &calls);
            if from_disk && batch % 4 == 3 {
                let file = || Ok::<_, ArrowError>(Some(Box::<Bytes>::default() as _));
                waiting.spill(file).unwrap();
            }
            expected.extend((0..rows).map(|i| {
                let one = vec![valid[i].then_some(first[i]), Some(second[i])];
                let counts = mask.as_ref().is_none_or(|mask| mask[i]);
                let other = vec![Some(third[i]), one[0]];
                let calls = vec![(true, one), (counts, other)];
                (keys[i], groups[i] as u32, calls)
            }));
        }
        expected.sort_unstable();
        let is_on_disk = |full: &Full| matches!(full.place, BlockPlace::Disk(..));
        let mut full = waiting.regions.iter().flat_map(|region| &region.full);
        assert_eq!(full.any(is_on_disk), from_disk);
        assert_eq!(all(&waiting, 2), expected);
        let rows: usize = (0..REGIONS).map(|region| waiting.rows_of(region)).sum();
        assert_eq!(rows, expected.len());
    }

    /// An integer customer, a group and an item take twelve bytes, and neighbours one region.
    #[test]
    fn rows_are_small() {
        let mut waiting = Waiting::of([vec![Some(0)]].into_iter()).unwrap();
        let keys: Vec<u64> = (0..100_000).map(|i| 1 << 63 | i).collect();
        let groups: Vec<usize> = (0..100_000).map(|i| i % 120).collect();
        let call = Read {
            counts: None,
            columns: vec![codes(
                &groups.iter().map(|i| *i as u64).collect::<Vec<_>>(),
                &vec![true; 100_000],
            )],
        };
        waiting.push(&keys, &groups, &[call]);
        assert_eq!(waiting.layout().width(), 3);
        let longest = (0..REGIONS).map(|region| waiting.rows_of(region)).max();
        assert!(longest < Some(2 * 100_000 / REGIONS), "{longest:?}");
        let regions = keys
            .chunks(PAGE)
            .map(|page| page.iter().map(|key| region_of(*key)));
        assert!(regions.into_iter().all(|mut of| {
            let first = of.next();
            of.all(|region| Some(region) == first)
        }));
    }

    #[test]
    fn a_row_has_room_for_so_much() {
        assert!(
            Waiting::of((0..8).map(|call| (0..7).map(|at| Some(7 * call + at)).collect()))
                .is_some()
        );
        assert!(
            Waiting::of((0..8).map(|call| (0..8).map(|at| Some(8 * call + at)).collect()))
                .is_none()
        );
    }
}
