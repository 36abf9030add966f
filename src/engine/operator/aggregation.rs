//! What an aggregation computes, read from the two nodes that DataFusion plans for it.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::error::Result;
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, IsNotNullExpr};
use datafusion::physical_plan::aggregates::{AggregateExec, PhysicalGroupBy};

use super::choose::Why;
use super::distinct::COUNT_DISTINCT;
use crate::engine::aggregate::function::KpiFunction;
use crate::engine::aggregate::udaf::KpiUdaf;
use crate::engine::remarks::Remarks;
use crate::fold::facts::call::{Call, Variant};
use crate::fold::run::groups::Groups;
use crate::fold::value::summary::Summary;

/// Groups, KPIs, and what stands beside them.
#[derive(Debug, Clone)]
pub struct Aggregation {
    /// The keys, of one set or several.
    pub group_by: PhysicalGroupBy,
    /// What the query has, by column: all else here is made of it.
    pub planned: Vec<PlannedCall>,
    pub kpis: Vec<KpiCall>,
    /// Aggregates of others.
    pub others: Vec<PlannedCall>,
    /// What each column after the keys is.
    pub columns: Vec<ResultColumn>,
    /// Of the rows that come in.
    pub input: SchemaRef,
    /// Of the groups that go out.
    pub output: SchemaRef,
}

/// A call of a KPI.
#[derive(Debug, Clone)]
pub struct KpiCall {
    pub function: KpiFunction,
    pub call: Call,
    /// As the query has it.
    pub name: String,
    pub args: Vec<Arc<dyn PhysicalExpr>>,
    pub filter: Option<Arc<dyn PhysicalExpr>>,
    pub remarks: Remarks,
    /// Which of the calls counts its items, if another one does.
    pub items: Option<usize>,
}

/// An aggregate as DataFusion has planned it.
#[derive(Debug, Clone)]
pub struct PlannedCall {
    pub function: Arc<AggregateFunctionExpr>,
    pub filter: Option<Arc<dyn PhysicalExpr>>,
}

/// Which of the calls.
#[derive(Debug, Clone, Copy)]
pub enum ResultColumn {
    Kpi(usize),
    Other(usize),
}

/// Whether an aggregate is one of a KPI.
pub fn is_kpi(function: &AggregateFunctionExpr) -> bool {
    function.fun().inner().downcast_ref::<KpiUdaf>().is_some()
}

impl KpiCall {
    /// The expressions that name its entity; none, if it judges rows.
    pub fn entity(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        let entity = self.call.form.entity().iter();
        entity.map(|arg| self.args[*arg].clone()).collect()
    }

    /// Leaves the counting of its distinct items to a call of its own, whose entities they are: their names would have to
    /// go to the second node, because two partitions may have an item in common.
    ///
    /// The rows must be the same: NaN is no entity to a KPI, and a value to SQL.
    fn count_items_elsewhere(&mut self) -> Result<Option<KpiCall>> {
        let Some(item) = self.call.counted_items() else {
            return Ok(None);
        };
        let types = |args: &[usize]| -> Vec<DataType> {
            let types = args.iter().map(|arg| self.call.arg_types[*arg].clone());
            types.collect()
        };
        let required = self.call.required();
        let mut named = required.iter().chain([&item]);
        let is_taken = |arg: &usize| COUNT_DISTINCT.takes(&types(&[*arg]));
        if self.call.variant == Variant::State || !named.all(is_taken) {
            return Ok(None);
        }
        let is_there = required.iter().map(|arg| -> Arc<dyn PhysicalExpr> {
            Arc::new(IsNotNullExpr::new(self.args[*arg].clone()))
        });
        let filter = self.filter.clone().into_iter().chain(is_there);
        let filter = filter.reduce(|one, next| -> Arc<dyn PhysicalExpr> {
            Arc::new(BinaryExpr::new(one, Operator::And, next))
        });
        let items = KpiCall {
            function: COUNT_DISTINCT.function(),
            call: COUNT_DISTINCT.call(types(&[item]))?,
            name: format!("count(DISTINCT {})", self.args[item]),
            args: vec![self.args[item].clone()],
            filter,
            remarks: Remarks::default(),
            items: None,
        };
        self.call.count_elsewhere();
        Ok(Some(items))
    }

    /// The columns in which its groups go from one node to the other.
    fn partial_types(&self) -> Result<Vec<DataType>> {
        let error = |error| self.function.error(error);
        match self.call.variant {
            Variant::Value | Variant::Parts => {
                let summary = Summary::new(self.call.clone()).map_err(error)?;
                let types = summary.types().map_err(error)?.into_iter();
                Ok(types.map(|(_, data_type)| data_type).collect())
            }
            Variant::State => {
                let groups = Groups::new(self.call.clone());
                let groups = groups.map_err(|error| self.function.error(error))?;
                let fields = groups.state_fields();
                let fields = fields.map_err(|error| self.function.error(error))?;
                let types = fields.iter().map(|field| field.data_type().clone());
                Ok(types.collect())
            }
        }
    }
}

impl Aggregation {
    /// That of a pair of nodes, or why it stays theirs.
    pub fn of(start: &AggregateExec, output: SchemaRef) -> Result<std::result::Result<Self, Why>> {
        let mut read = Aggregation {
            group_by: start.group_expr().clone(),
            planned: vec![],
            kpis: vec![],
            others: vec![],
            columns: vec![],
            input: start.input_schema(),
            output,
        };
        // States are large: they are not sent by what is counted beside them.
        let has_kpi = start.aggr_expr().iter().any(|function| is_kpi(function));
        for (function, filter) in start.aggr_expr().iter().zip(start.filter_expr()) {
            if !function.order_bys().is_empty() {
                return Ok(Err(Why::Ordered(function.name().to_string())));
            }
            let planned = PlannedCall {
                function: function.clone(),
                filter: filter.clone(),
            };
            read.planned.push(planned.clone());
            match read.kpi(function, filter.clone(), has_kpi)? {
                Some(mut kpi) => {
                    let items = kpi.count_items_elsewhere()?;
                    kpi.items = items.as_ref().map(|_| read.kpis.len() + 1);
                    read.columns.push(ResultColumn::Kpi(read.kpis.len()));
                    read.kpis.push(kpi);
                    read.kpis.extend(items);
                }
                None => {
                    read.columns.push(ResultColumn::Other(read.others.len()));
                    read.others.push(planned);
                }
            }
        }
        Ok(Ok(read))
    }

    /// A call of ours, or one that is folded as ours are beside them: `count(DISTINCT x)` counts entities.
    fn kpi(
        &self,
        function: &AggregateFunctionExpr,
        filter: Option<Arc<dyn PhysicalExpr>>,
        beside_kpis: bool,
    ) -> Result<Option<KpiCall>> {
        let mut args = function.expressions();
        let fields = args.iter().map(|arg| arg.return_field(&self.input));
        let fields = fields.collect::<Result<Vec<FieldRef>>>()?;
        let types = fields.iter().map(|field| field.data_type().clone());
        let types: Vec<DataType> = types.collect();
        if let Some(udaf) = function.fun().inner().downcast_ref::<KpiUdaf>() {
            let call = udaf.bound(&args, &fields, &self.input, function.is_distinct())?;
            // The call has the confidence; no row does.
            args.truncate(call.form.args.len());
            return Ok(Some(KpiCall {
                function: udaf.function(),
                call,
                name: function.name().to_string(),
                args,
                filter,
                remarks: udaf.remarks().clone(),
                items: None,
            }));
        }
        let is_count = beside_kpis && function.is_distinct() && *function.fun() == *count_udaf();
        if !is_count || !COUNT_DISTINCT.takes(&types) {
            return Ok(None);
        }
        Ok(Some(KpiCall {
            function: COUNT_DISTINCT.function(),
            call: COUNT_DISTINCT.call(types)?,
            name: function.name().to_string(),
            args,
            filter,
            remarks: Remarks::default(),
            items: None,
        }))
    }

    /// The keys of groups, as both nodes have them: with the number of its set, where there are several.
    pub fn key_fields(&self) -> Result<Vec<FieldRef>> {
        let keys = self.group_by.group_schema(&self.input)?;
        Ok(keys.fields().iter().cloned().collect())
    }

    /// How many columns each call has between the nodes, in the order of [`Aggregation::columns`].
    pub fn widths(&self) -> Result<Vec<usize>> {
        let columns = self.columns.iter();
        let widths = columns.map(|place| self.partial_fields(*place).map(|fields| fields.len()));
        widths.collect()
    }

    fn partial_fields(&self, place: ResultColumn) -> Result<Vec<FieldRef>> {
        match place {
            ResultColumn::Kpi(kpi) => {
                let mut types = self.kpis[kpi].partial_types()?;
                if let Some(items) = self.kpis[kpi].items {
                    types.extend(self.kpis[items].partial_types()?);
                }
                let types = types.into_iter().enumerate();
                let fields = types.map(|(column, data_type)| {
                    let name = format!("{}[{column}]", self.kpis[kpi].name);
                    Arc::new(Field::new(name, data_type, true))
                });
                Ok(fields.collect())
            }
            ResultColumn::Other(other) => self.others[other].function.state_fields(),
        }
    }

    /// The schema between the nodes.
    pub fn partial_schema(&self) -> Result<SchemaRef> {
        let mut fields = self.key_fields()?;
        for place in &self.columns {
            fields.extend(self.partial_fields(*place)?);
        }
        Ok(Arc::new(Schema::new(fields)))
    }

    /// All expressions that are computed of rows.
    pub fn expressions(&self) -> impl Iterator<Item = &Arc<dyn PhysicalExpr>> {
        let keys = self.group_by.expr().iter().map(|(expr, _)| expr);
        let kpis = self.kpis.iter();
        let kpis = kpis.flat_map(|kpi| kpi.args.iter().chain(&kpi.filter));
        let filters = self.others.iter().flat_map(|other| &other.filter);
        keys.chain(kpis).chain(filters)
    }
}
