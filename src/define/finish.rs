//! How outcomes and amounts become one value.

/// How the outcomes of a group become its value. No outcomes at all give NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// 100 × the sum of the outcomes ÷ their number.
    Percent,
    /// The sum of the outcomes ÷ their number.
    Mean,
    /// The sum of the outcomes, 0 where there are none.
    Count,
    /// The mean of outcomes that are days, in years of 365.25 days.
    MeanYears,
    /// 100 × (the mean of the first outcomes − the mean of the second ones).
    PercentDifference,
    /// The mean of the first outcomes ÷ (the mean of the second × the mean of the third).
    Lift,
    /// The mean of outcomes that are time spans, in days.
    MeanDays,
    /// The median of outcomes that are time spans, in days: between two in the middle, their mean.
    MedianDays,
    /// The sum of an amount over the rows of all entities ÷ the number of entities.
    SumPerEntity(Total),
    /// The sum of an amount; 0 where there are amounts, but none in the total.
    Sum(Total),
    /// The mean of an amount, over the rows where it is not NULL.
    MeanAmount(Total),
    /// 100 × one sum ÷ another.
    SumShare(Total, Total),
    /// A list of all items, each with the number of entities that have it and their share in percent;
    /// fold 0 is a [`Fold::DistinctCount`](super::Fold::DistinctCount) of this argument.
    Mix(usize),
    /// The number of distinct items of the group ÷ the number of entities.
    DistinctPerEntity(usize),
    /// 100 × what entities that started above 0 ended with ÷ what they started with; fold 0 is a
    /// [`Fold::Change`](super::Fold::Change).
    Retention {
        /// Whether an entity counts with no more than it started with.
        capped: bool,
    },
    /// Revenue per entity and year × years; fold 0 is a [`Fold::DaysBetweenFirstAndLast`](super::Fold::DaysBetweenFirstAndLast).
    LifetimeValue {
        /// The revenue.
        revenue: Total,
        /// The argument that gives the years; else they are the entities' mean lifespan.
        years: Option<usize>,
    },
    /// The sum of what is outside the entities' initial baskets; fold 0 is a
    /// [`Fold::RevenueOutsideBasket`](super::Fold::RevenueOutsideBasket), the total all revenue.
    OutsideBasket(Total),
    /// 100 × that ÷ all revenue.
    OutsideBasketShare(Total),
}

/// Amounts that are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The argument that holds the amounts.
    pub amount: usize,
    /// Where there is one, only the rows count that have this flag TRUE.
    pub only: Option<usize>,
}

/// What a finish looks for in each entity, if outcomes that are counted and added up are not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sought {
    /// All of its items: those of this argument.
    Items(usize),
    /// That it is there, beside this argument's items, which are counted by themselves.
    Presence(usize),
    /// What it started with and ended with.
    Change {
        /// Whether it counts with no more than it started with.
        capped: bool,
    },
    /// Its first and last date.
    Dates {
        /// The argument that gives how long it stays; else that is what the dates say.
        years: Option<usize>,
    },
    /// What it brought outside its initial basket.
    Outside {
        /// Of these amounts.
        total: Total,
        /// Whether it is a share of them all, in percent.
        in_percent: bool,
    },
}

/// What the value of a finish is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MadeOf {
    /// Outcomes and amounts, counted and added up: no entity is looked at.
    Counted(Counted),
    /// What is sought in each entity.
    Sought(Sought),
}

/// A finish that looks at no entity; see [`Finish`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    Percent,
    Mean,
    Count,
    MeanYears,
    PercentDifference,
    Lift,
    MeanDays,
    MedianDays,
    SumPerEntity,
    Sum,
    MeanAmount,
    SumShare,
}

/// What the standard error of a value needs beside the value's own outcomes and amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scatter {
    /// Nothing, or there is none.
    Nothing,
    /// How outcomes scatter; those of a percentage are 0 and 1 in most forms, and then need nothing.
    Outcomes {
        /// Whether the value is a percentage.
        in_percent: bool,
    },
    /// How the sums of this amount scatter over entities.
    AmountPerEntity(usize),
    /// How the numbers of this argument's items scatter over entities.
    ItemsPerEntity(usize),
}

impl Counted {
    /// Whether it needs each outcome by itself, and not their number and sum alone.
    pub(crate) fn is_of_each_outcome(self) -> bool {
        match self {
            Counted::MedianDays => true,
            Counted::Percent
            | Counted::Mean
            | Counted::Count
            | Counted::MeanYears
            | Counted::PercentDifference
            | Counted::Lift
            | Counted::MeanDays
            | Counted::SumPerEntity
            | Counted::Sum
            | Counted::MeanAmount
            | Counted::SumShare => false,
        }
    }

    /// Whether its standard error needs to know how the amounts of rows scatter.
    pub(crate) fn is_mean_of_amounts(self) -> bool {
        match self {
            Counted::MeanAmount => true,
            Counted::Percent
            | Counted::Mean
            | Counted::Count
            | Counted::MeanYears
            | Counted::PercentDifference
            | Counted::Lift
            | Counted::MeanDays
            | Counted::MedianDays
            | Counted::SumPerEntity
            | Counted::Sum
            | Counted::SumShare => false,
        }
    }
}

impl Finish {
    /// What its standard error needs.
    pub fn scatter(&self) -> Scatter {
        match *self {
            Finish::Percent => Scatter::Outcomes { in_percent: true },
            Finish::Mean | Finish::MeanDays | Finish::MeanYears => {
                Scatter::Outcomes { in_percent: false }
            }
            // Of a part of the amounts alone nobody knows whose they are.
            Finish::SumPerEntity(Total { only: Some(_), .. }) => Scatter::Nothing,
            Finish::SumPerEntity(Total { amount, only: None }) => Scatter::AmountPerEntity(amount),
            Finish::DistinctPerEntity(item) => Scatter::ItemsPerEntity(item),
            Finish::Count
            | Finish::MedianDays
            | Finish::PercentDifference
            | Finish::Lift
            | Finish::Sum(_)
            | Finish::MeanAmount(_)
            | Finish::SumShare(_, _)
            | Finish::Mix(_)
            | Finish::Retention { .. }
            | Finish::LifetimeValue { .. }
            | Finish::OutsideBasket(_)
            | Finish::OutsideBasketShare(_) => Scatter::Nothing,
        }
    }

    /// What its value is made of.
    pub(crate) fn made_of(&self) -> MadeOf {
        match *self {
            Finish::Percent => MadeOf::Counted(Counted::Percent),
            Finish::Mean => MadeOf::Counted(Counted::Mean),
            Finish::Count => MadeOf::Counted(Counted::Count),
            Finish::MeanYears => MadeOf::Counted(Counted::MeanYears),
            Finish::PercentDifference => MadeOf::Counted(Counted::PercentDifference),
            Finish::Lift => MadeOf::Counted(Counted::Lift),
            Finish::MeanDays => MadeOf::Counted(Counted::MeanDays),
            Finish::MedianDays => MadeOf::Counted(Counted::MedianDays),
            Finish::SumPerEntity(_) => MadeOf::Counted(Counted::SumPerEntity),
            Finish::Sum(_) => MadeOf::Counted(Counted::Sum),
            Finish::MeanAmount(_) => MadeOf::Counted(Counted::MeanAmount),
            Finish::SumShare(_, _) => MadeOf::Counted(Counted::SumShare),
            Finish::Mix(item) => MadeOf::Sought(Sought::Items(item)),
            Finish::DistinctPerEntity(item) => MadeOf::Sought(Sought::Presence(item)),
            Finish::Retention { capped } => MadeOf::Sought(Sought::Change { capped }),
            Finish::LifetimeValue { years, .. } => MadeOf::Sought(Sought::Dates { years }),
            Finish::OutsideBasket(total) => MadeOf::Sought(Sought::Outside {
                total,
                in_percent: false,
            }),
            Finish::OutsideBasketShare(total) => MadeOf::Sought(Sought::Outside {
                total,
                in_percent: true,
            }),
        }
    }

    /// How it divides what is counted and added up, if that is all that it needs.
    pub(crate) fn counted(&self) -> Option<Counted> {
        match self.made_of() {
            MadeOf::Counted(counted) => Some(counted),
            MadeOf::Sought(_) => None,
        }
    }

    /// What it looks for in each entity, if outcomes that are counted and amounts that are added up are not enough.
    pub fn sought(&self) -> Option<Sought> {
        match self.made_of() {
            MadeOf::Sought(sought) => Some(sought),
            MadeOf::Counted(_) => None,
        }
    }

    /// Whether what a value needs of its entities is more than their outcomes, counted and added up.
    pub fn looks_at_entities(&self) -> bool {
        self.sought().is_some()
    }

    /// What has to be added up.
    pub fn totals(&self) -> Vec<Total> {
        match *self {
            Finish::SumPerEntity(total) | Finish::Sum(total) | Finish::MeanAmount(total) => {
                vec![total]
            }
            Finish::SumShare(part, whole) => vec![part, whole],
            Finish::LifetimeValue { revenue, .. } => vec![revenue],
            Finish::OutsideBasket(total) | Finish::OutsideBasketShare(total) => vec![total],
            Finish::Mix(_) | Finish::DistinctPerEntity(_) | Finish::Retention { .. } => vec![],
            Finish::Percent
            | Finish::Mean
            | Finish::Count
            | Finish::MeanDays
            | Finish::MedianDays
            | Finish::MeanYears
            | Finish::PercentDifference
            | Finish::Lift => vec![],
        }
    }
}
