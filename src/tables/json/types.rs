//! The types of JSON values, found while they are parsed.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Whole numbers that a floating-point number holds without gaps.
const EXACT: u64 = 1 << 53;

/// What was seen at one place: a column, an item of a list, a field of an object.
#[derive(Default)]
pub(in crate::tables) struct SeenRecords {
    flag: Option<usize>,
    whole: Option<usize>,
    /// A whole number beyond BIGINT.
    unsigned: Option<usize>,
    negative: Option<usize>,
    /// A whole number that floating-point numbers may not hold.
    large: Option<usize>,
    point: Option<usize>,
    /// Digits beyond all whole numbers.
    huge: Option<usize>,
    text: Option<usize>,
    /// A text that has something in it.
    full: bool,
    /// A null that stands for a value.
    null: bool,
    list: Option<(usize, Box<SeenRecords>)>,
    object: Option<(usize, Vec<(String, SeenRecords)>)>,
}

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListItems {
    Objects,
    Lists,
    Values,
    /// No item, or nothing but null.
    Nothing,
}

/// A text of nothing.
pub(in crate::tables) const EMPTY: &str = "an empty text";

/// Two values that have no type in common.
pub(super) struct Trouble {
    pub column: String,
    pub first: Of,
    pub second: Of,
}

/// What a record has.
#[derive(Clone, Copy)]
pub(in crate::tables) struct Of {
    pub what: &'static str,
    pub record: usize,
}

impl SeenRecords {
    /// What reads the record with this number.
    pub fn record(&mut self, record: usize) -> impl for<'de> DeserializeSeed<'de, Value = ()> {
        JsonValue {
            seen: self,
            record,
            is_record: true,
        }
    }

    /// Two values of one column that have no type in common.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble_at(String::new())
    }

    fn trouble_at(&self, path: String) -> Option<Trouble> {
        let found = [
            ("true or false", self.flag),
            ("a number", self.whole.or(self.point)),
            (if self.full { "text" } else { EMPTY }, self.text),
            ("a list", self.list.as_ref().map(|(record, _)| *record)),
            ("an object", self.object.as_ref().map(|(record, _)| *record)),
        ];
        let found = found
            .into_iter()
            .filter_map(|(what, record)| record.map(|record| Of { what, record }));
        let mut found: Vec<Of> = found.collect();
        found.sort_by_key(|of| of.record);
        let in_two = |first: Of, second: Of| {
            Some(Trouble {
                column: path.clone(),
                first,
                second,
            })
        };
        if let [first, second, ..] = found[..] {
            return in_two(first, second);
        }
        let of = |what, record| Of { what, record };
        if let (Some(large), Some(point)) = (self.large, self.point) {
            let what = "a whole number beyond 2^53, which fractions do not hold exactly,";
            return in_two(of(what, large), of("a number with a fraction", point));
        }
        if let (Some(unsigned), Some(negative)) = (self.unsigned, self.negative) {
            let what = "a whole number beyond BIGINT";
            return in_two(of(what, unsigned), of("a negative one", negative));
        }
        let below = |name: &str| match path.is_empty() {
            true => name.to_string(),
            false => format!("{path}.{name}"),
        };
        if let Some((_, items)) = &self.list
            && let Some(trouble) = items.trouble_at(below("[]"))
        {
            return Some(trouble);
        }
        let fields = self.object.iter().flat_map(|(_, fields)| fields);
        let mut fields = fields.map(|(name, seen)| seen.trouble_at(below(name)));
        fields.find_map(|trouble| trouble)
    }

    /// The columns of the records.
    pub fn schema(&self) -> SchemaRef {
        let fields = self.object.iter().flat_map(|(_, fields)| fields);
        let fields = fields.map(|(name, seen)| Field::new(name, seen.data_type(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    fn data_type(&self) -> DataType {
        // Nothing but null is text inside of lists and objects, too.
        if self.flag.is_some() {
            DataType::Boolean
        } else if self.point.is_some() {
            DataType::Float64
        } else if self.unsigned.is_some() {
            DataType::UInt64
        } else if self.whole.is_some() {
            DataType::Int64
        } else if let Some((_, items)) = &self.list {
            DataType::List(Arc::new(Field::new_list_field(items.data_type(), true)))
        } else if let Some((_, fields)) = &self.object {
            let fields = fields
                .iter()
                .map(|(name, seen)| Field::new(name, seen.data_type(), true));
            DataType::Struct(fields.collect::<Fields>())
        } else if self.text.is_some() {
            DataType::Utf8
        } else {
            DataType::Null
        }
    }

    /// The lists in it and in the objects in it, each by the names that lead there, and what they hold.
    pub fn lists(&self) -> Vec<(Vec<&str>, ListItems)> {
        let mut lists = vec![];
        for (name, seen) in self.object.iter().flat_map(|(_, fields)| fields) {
            if let Some((_, items)) = &seen.list {
                lists.push((vec![name.as_str()], items.as_items()));
            }
            let below = seen.lists().into_iter();
            lists.extend(below.map(|(path, items)| ([vec![name.as_str()], path].concat(), items)));
        }
        lists
    }

    fn as_items(&self) -> ListItems {
        if self.object.is_some() {
            ListItems::Objects
        } else if self.list.is_some() {
            ListItems::Lists
        } else if self.data_type() == DataType::Null {
            ListItems::Nothing
        } else {
            ListItems::Values
        }
    }

    /// The lists of objects among them.
    pub fn lists_of_objects(&self) -> Vec<Vec<&str>> {
        let lists = self.lists().into_iter();
        let lists = lists.filter(|(_, items)| *items == ListItems::Objects);
        lists.map(|(path, _)| path).collect()
    }

    /// Whether a record is something else than an object.
    pub fn has_other_than_objects(&self) -> bool {
        let is_plain = matches!(self.as_items(), ListItems::Objects | ListItems::Nothing);
        self.null || !is_plain
    }

    /// The names that stand beside those of a path, wherever it leads through.
    pub fn beside(&self, path: &[&str]) -> Vec<&str> {
        let Some((first, below)) = path.split_first() else {
            return vec![];
        };
        let fields = self.object.iter().flat_map(|(_, fields)| fields);
        let mut beside = vec![];
        for (name, seen) in fields {
            match name == first {
                true => beside.extend(seen.beside(below)),
                false => beside.push(name.as_str()),
            }
        }
        beside
    }

    /// The items of the list that these names lead to.
    pub fn list_at(&self, path: &[String]) -> Option<&SeenRecords> {
        let (name, below) = path.split_first()?;
        let (_, fields) = self.object.as_ref()?;
        let (_, seen) = fields.iter().find(|(known, _)| known == name)?;
        match below.is_empty() {
            true => {
                let (_, items) = seen.list.as_ref()?;
                // Nothing but objects, or nothing at all.
                let is_empty = items.data_type() == DataType::Null;
                (items.object.is_some() || is_empty).then_some(items.as_ref())
            }
            false => seen.list_at(below),
        }
    }

    /// The same, and nothing else.
    pub fn into_list_at(self, path: &[String]) -> Option<SeenRecords> {
        let (name, below) = path.split_first()?;
        let (_, fields) = self.object?;
        let (_, seen) = fields.into_iter().find(|(known, _)| known == name)?;
        match below.is_empty() {
            true => seen.list.map(|(_, items)| *items),
            false => seen.into_list_at(below),
        }
    }

    /// The names of its columns.
    pub fn names(&self) -> Vec<&str> {
        let fields = self.object.iter().flat_map(|(_, fields)| fields);
        fields.map(|(name, _)| name.as_str()).collect()
    }

    /// The lists in it that have no item.
    pub fn empty_lists(&self) -> Vec<&str> {
        let fields = self.object.iter().flat_map(|(_, fields)| fields);
        let is_empty = |seen: &SeenRecords| {
            let items = seen.list.as_ref().map(|(_, items)| items);
            items.is_some_and(|items| items.data_type() == DataType::Null)
        };
        let empty = fields.filter(|(_, seen)| is_empty(seen) || !seen.empty_lists().is_empty());
        empty.map(|(name, _)| name.as_str()).collect()
    }

    /// A value of a column that has no place in a type which [`drift`](crate::tables::united::drift) made for several
    /// files: the record and what it has.
    pub fn misfit(&self, column: usize, to: &DataType) -> Option<Of> {
        let (_, fields) = self.object.as_ref()?;
        fields.get(column)?.1.misfit_in(to)
    }

    fn misfit_in(&self, to: &DataType) -> Option<Of> {
        let of = |what, record: Option<usize>| record.map(|record| Of { what, record });
        match to {
            DataType::Float64 => of("a whole number beyond 2^53", self.large),
            DataType::Int64 => of("a whole number beyond BIGINT", self.unsigned)
                .or(of("a number with a fraction", self.point)),
            DataType::List(item) => {
                let (_, items) = self.list.as_ref()?;
                items.misfit_in(item.data_type())
            }
            DataType::Struct(to) => {
                let (_, fields) = self.object.as_ref()?;
                fields.iter().find_map(|(name, seen)| {
                    let (_, field) = to.find(name)?;
                    seen.misfit_in(field.data_type())
                })
            }
            _ => None,
        }
    }

    /// A list of lists in it and in the objects in it, by the names that lead there.
    pub fn list_of_lists(&self) -> Option<Vec<&str>> {
        let fields = self.object.iter().flat_map(|(_, fields)| fields);
        let mut found = fields.filter_map(|(name, seen)| {
            let items = seen.list.as_ref().map(|(_, items)| items);
            if items.is_some_and(|items| items.list.is_some()) {
                return Some(vec![name.as_str()]);
            }
            let below = seen.list_of_lists()?;
            Some([vec![name.as_str()], below].concat())
        });
        found.next()
    }

    /// The names of two columns or more that are nothing but lists of plain values.
    pub fn columns_of_lists(&self) -> Option<Vec<&str>> {
        let (_, fields) = self.object.as_ref()?;
        let is_list = |seen: &SeenRecords| {
            let items = seen.list.as_ref().map(|(_, items)| items);
            items.is_some_and(|items| items.object.is_none() && items.list.is_none())
        };
        (fields.len() > 1 && fields.iter().all(|(_, seen)| is_list(seen)))
            .then(|| fields.iter().map(|(name, _)| name.as_str()).collect())
    }

    /// How the rows of a table stand in one object, if they may: as pandas calls it, `columns` by number, or `index` by
    /// their name.
    pub fn orientation(&self) -> Option<&'static str> {
        fn keys(seen: &SeenRecords) -> Option<Vec<&str>> {
            let (_, fields) = seen.object.as_ref()?;
            Some(fields.iter().map(|(name, _)| name.as_str()).collect())
        }
        let (_, fields) = self.object.as_ref()?;
        let first = keys(&fields.first()?.1).filter(|keys| !keys.is_empty())?;
        let are_alike = fields
            .iter()
            .all(|(_, seen)| keys(seen).as_ref() == Some(&first));
        let is_number = |key: &&str| key.bytes().all(|b| b.is_ascii_digit());
        match (are_alike, first.iter().all(is_number)) {
            (true, true) => Some("columns"),
            (true, false) if fields.len() > 1 => Some("index"),
            _ => None,
        }
    }

    /// What a reader should know about the columns of a file.
    pub fn notes(&self, file: &Path) -> Vec<String> {
        let file = file.display();
        let mut notes = vec![];
        let fields: Vec<&(String, SeenRecords)> =
            self.object.iter().flat_map(|(_, fields)| fields).collect();
        for (i, (name, seen)) in fields.iter().enumerate() {
            if seen.huge.is_some() {
                notes.push(format!(
                    "column {name} of {file} has whole numbers of more than 19 digits, which are read as DOUBLE and \
                     lose their last digits; write them in quotes"
                ));
            }
            let same = |other: &&&(String, SeenRecords)| {
                other.0.trim().to_lowercase() == name.trim().to_lowercase()
            };
            if let Some((other, _)) = fields[..i].iter().find(same) {
                notes.push(format!(
                    "{file} has both {other} and {name}; they are two columns, each NULL where a record has the other"
                ));
            }
        }
        notes
    }

    fn of_number(&mut self, record: usize, magnitude: u64, negative: bool) {
        self.whole.get_or_insert(record);
        if negative {
            self.negative.get_or_insert(record);
        } else if i64::try_from(magnitude).is_err() {
            self.unsigned.get_or_insert(record);
        }
        if magnitude > EXACT {
            self.large.get_or_insert(record);
        }
    }
}

/// Takes a value for what it is.
struct JsonValue<'a> {
    seen: &'a mut SeenRecords,
    record: usize,
    is_record: bool,
}

impl<'de> DeserializeSeed<'de> for JsonValue<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.is_record {
            true => deserializer.deserialize_map(self),
            false => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for JsonValue<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.is_record {
            true => f.write_str("an object"),
            false => f.write_str("a value"),
        }
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.seen.null = true;
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.seen.flag.get_or_insert(self.record);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.seen
            .of_number(self.record, value.unsigned_abs(), value < 0);
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.seen.of_number(self.record, value, false);
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.seen.point.get_or_insert(self.record);
        // 1e30 is one of these as well, and nobody's id.
        if value.fract() == 0.0 && (1.8e19..1e40).contains(&value.abs()) {
            self.seen.huge.get_or_insert(self.record);
        }
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.seen.full |= !text.is_empty();
        self.seen.text.get_or_insert(self.record);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let (_, seen) = self
            .seen
            .list
            .get_or_insert_with(|| (self.record, Box::default()));
        let record = self.record;
        while items
            .next_element_seed(JsonValue {
                seen,
                record,
                is_record: false,
            })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let record = self.record;
        let (_, seen) = self.seen.object.get_or_insert_with(|| (record, vec![]));
        let mut here: Vec<usize> = vec![];
        let mut last = None;
        // The keys of most records come in the same order.
        let mut next = 0;
        while let Some(key) = fields.next_key::<String>()? {
            let known = match seen.get(next) {
                Some((name, _)) if *name == key => Some(next),
                _ => seen.iter().position(|(name, _)| *name == key),
            };
            let at = known.unwrap_or_else(|| {
                seen.push((key, SeenRecords::default()));
                seen.len() - 1
            });
            // Where keys come in their order, none of them was there before.
            if last.is_some_and(|last| at <= last) && here.contains(&at) {
                return Err(A::Error::custom(format!(
                    "the key {} is there twice in one object",
                    seen[at].0
                )));
            }
            here.push(at);
            last = last.max(Some(at));
            next = at + 1;
            fields.next_value_seed(JsonValue {
                seen: &mut seen[at].1,
                record,
                is_record: false,
            })?;
        }
        Ok(())
    }
}
