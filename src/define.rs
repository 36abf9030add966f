//! The vocabulary in which a KPI is declared.
//!
//! A KPI is **a fold per entity and a finish across entities**: `cross_sell_rate(customer, product)`
//! folds each customer's products to "more than one?" and finishes with the share of customers where
//! that holds. Everything here is plain data; `fold/` does the arithmetic, `engine/` makes DataFusion
//! aggregates of it. [`Fold`], [`RowFold`] and [`Finish`] are closed sets: a new variant makes the
//! compiler list every place that has to learn it.

/// One KPI, declared once. Its SQL function, its help, its manual page and the laws that test it are
/// all derived from this.
#[derive(Debug)]
pub struct Kpi {
    /// The SQL name, which is also the name of its file and of its tests.
    pub name: &'static str,
    /// Other names that users know it by.
    pub aliases: &'static [&'static str],
    /// The chapter it belongs to.
    pub family: Family,
    /// What it says, in one sentence.
    pub summary: &'static str,
    /// The unit of its value.
    pub unit: Unit,
    /// What NULLs do, beyond the rule that rows without an entity are ignored.
    pub nulls: &'static str,
    /// Where the definition comes from.
    pub sources: &'static [Source],
    /// The argument lists it accepts. Where several fit a call, the first one is taken.
    pub forms: &'static [Form],
    /// A question with a complete query and its answer; the tests run it.
    pub example: Example,
    /// Which way is good news.
    pub direction: Direction,
    /// What others mean by the same or a similar name, and how to get their number here.
    pub conventions: &'static [Convention],
    /// Published figures to compare with, in the order in which a report lists them.
    pub benchmarks: &'static [Benchmark],
    /// The version of this package that had it first.
    pub since: &'static str,
    /// What an analyst should know about it.
    pub knowledge: Knowledge,
}

/// Which way a KPI should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// It describes; whether more is better depends on the business.
    Neither,
}

/// Another definition under the same or a similar name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convention {
    /// Who counts how, in one sentence.
    pub differs: &'static str,
    /// A query on the sample data that gives that number; the tests run it.
    pub here: &'static str,
}

/// A published figure to compare with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Benchmark {
    /// The industry or business model it is for; `None` for all.
    pub industry: Option<&'static str>,
    /// The verdict in a word or two.
    pub band: &'static str,
    /// Where the band starts, if it is bounded below.
    pub low: Option<f64>,
    /// Where the band ends, if it is bounded above.
    pub high: Option<f64>,
    /// What the source says about it.
    pub note: &'static str,
    /// Who says so.
    pub source: Publication,
    /// The year of the publication, where it is known.
    pub year: Option<i32>,
}

/// The twelve attributes by which KPI databases describe a KPI.
#[derive(Debug)]
pub struct Knowledge {
    /// What it is, in full sentences.
    pub definition: &'static str,
    /// What one can expect to learn from it.
    pub business_insights: &'static str,
    /// How to measure it, step by step: which rows, which period, which traps.
    pub measurement_approach: &'static str,
    /// The formula as it is usually printed.
    pub standard_formula: &'static str,
    /// How it tends to move, and what its movements mean.
    pub trend_analysis: &'static str,
    /// Questions to ask when it moves.
    pub diagnostic_questions: &'static [&'static str],
    /// What to do to better it.
    pub actionable_tips: &'static [&'static str],
    /// Pictures that show it well.
    pub visualization_suggestions: &'static str,
    /// What can mislead, and when to worry.
    pub risk_warnings: &'static str,
    /// Where its data comes from and what shows it.
    pub tools_and_technologies: &'static str,
    /// Which processes and systems should use it.
    pub integration_points: &'static str,
    /// Which other KPIs move with it, and how.
    pub change_impact: &'static str,
}

/// What a publication says a KPI is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Who says it.
    pub publication: Publication,
    /// The definition in short.
    pub says: &'static str,
}

/// The texts that the definitions are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// An article on the customer cross-sell rate of B2B software companies.
    CustomerCrossSellRate,
    /// A definition of the customer cross-sell rate with its kinds and benchmarks.
    CrossSellRateMetric,
    /// A guide to the metrics of cross-selling.
    MeasuringCrossSelling,
    /// A definition of the upsell rate as a CRM tracks it.
    CrmUpsellRate,
    /// An entry of a KPI database.
    CrossSellRatioBySegment,
    /// What analysts commonly mean by the name.
    CommonUsage,
}

impl Publication {
    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Publication::CustomerCrossSellRate => "Understanding Customer Cross-sell Rate (CCR)",
            Publication::CrossSellRateMetric => "Customer Cross-Sell Rate Metric Definition",
            Publication::MeasuringCrossSelling => {
                "Measuring Cross-Selling Success: Key Metrics and KPIs"
            }
            Publication::CrmUpsellRate => "CRM Upsell Rate Metric Definition",
            Publication::CrossSellRatioBySegment => "KPI Depot: Cross-Sell Ratio by Segment",
            Publication::CommonUsage => "common usage",
        }
    }
}

/// The chapters of the KPI library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Do customers buy more than one product?
    CrossSell,
    /// Do customers move up?
    Upsell,
    /// How widely is each product held?
    Penetration,
    /// What is a customer worth?
    CustomerValue,
    /// How well are chances turned into deals, and deals into use?
    SalesPerformance,
    /// Are customers content, and do they stay?
    CustomerSuccess,
}

impl Family {
    /// The title of the chapter.
    pub fn title(self) -> &'static str {
        match self {
            Family::CrossSell => "Cross-sell",
            Family::Upsell => "Upsell",
            Family::Penetration => "Penetration and mix",
            Family::CustomerValue => "Customer value",
            Family::SalesPerformance => "Sales performance and operations",
            Family::CustomerSuccess => "Customer success",
        }
    }

    /// The title where it stands among chapters of other functions.
    pub fn chapter(self) -> &'static str {
        match self {
            Family::CrossSell => "Cross-sell KPIs",
            Family::Upsell => "Upsell KPIs",
            Family::Penetration => "Penetration KPIs",
            Family::CustomerValue => "Customer value KPIs",
            Family::SalesPerformance => "Sales performance KPIs",
            Family::CustomerSuccess => "Customer success KPIs",
        }
    }
}

/// The unit of a KPI's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Percent, 0 to 100.
    Percent,
    /// Percent of a start, which growth takes above 100.
    PercentOfStart,
    /// Points, -100 to 100.
    Points,
    /// Days.
    Days,
    /// The unit of the amounts.
    Money,
    /// A plain number.
    Number,
    /// A list of products with numbers and shares of customers.
    Mix,
    /// Years of 365.25 days.
    Years,
}

impl PartialEq for Kpi {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kpi {}

impl Unit {
    /// The unit in words.
    pub fn words(self) -> &'static str {
        match self {
            Unit::Percent => "percent (0 to 100)",
            Unit::PercentOfStart => "percent (growth takes it above 100)",
            Unit::Points => "points (-100 to 100)",
            Unit::Days => "days",
            Unit::Money => "the unit of the amounts",
            Unit::Number => "a plain number",
            Unit::Mix => "a list of structs; the shares are percent and add up to more than 100",
            Unit::Years => "years of 365.25 days",
        }
    }
}

/// One argument list and what it computes.
#[derive(Debug)]
pub struct Form {
    /// The arguments in order. Folds refer to them by position.
    pub args: &'static [Arg],
    /// What this form computes, as a formula in words.
    pub formula: &'static str,
    /// The same number in plain SQL, from a table `t` with a column for each argument.
    pub sql: &'static str,
    /// What is judged: each row, or each entity.
    pub grain: Grain,
    /// How the outcomes become one value.
    pub finish: Finish,
}

/// One argument of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arg {
    /// Its name in the manual and in named arguments.
    pub name: &'static str,
    /// What it means and so which types it takes.
    pub kind: Kind,
    /// A column name for examples.
    pub column: &'static str,
}

/// What an argument means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The thing that is counted once: a customer, a transaction.
    Entity,
    /// A thing that an entity has several of: a product, a product line.
    Item,
    /// A BOOLEAN that marks rows.
    Flag,
    /// A point in time.
    Time,
    /// A point in time of which only the date matters.
    Date,
    /// Anything ordered: a plan level, a price.
    Tier,
    /// A number to add up.
    Amount,
    /// A survey score.
    Score,
    /// A whole number of at least 1, written out in the call.
    AtLeast,
    /// A number of years above 0, written out in the call.
    Years,
}

impl Kind {
    /// Whether the argument is written out in the call, one value for all rows.
    pub fn is_literal(self) -> bool {
        matches!(self, Kind::AtLeast | Kind::Years)
    }
}

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// Every row has an outcome of its own.
    Row(RowFold),
    /// All rows of one entity have one outcome together.
    Entity {
        /// The argument that names the entity, or two that name it together. Rows where one of them
        /// is NULL are ignored whole.
        entity: &'static [usize],
        /// Arguments without which a row does not count at all, not even for its entity's existence.
        needs: &'static [usize],
        /// What is folded from an entity's rows.
        folds: &'static [Fold],
        /// The outcomes of an entity, made of its folds.
        outcomes: &'static [Outcome],
    },
}

/// What counts of an entity in the end. The numbers are positions among its folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A fold's own outcome.
    Of(usize),
    /// 1 if both folds gave 1, else 0.
    Both(usize, usize),
    /// The outcome of fold `then`, for the entities where fold `when` gave `is`; others have none.
    Where {
        /// The fold that chooses.
        when: usize,
        /// What it must have given.
        is: i64,
        /// The fold whose outcome counts.
        then: usize,
    },
}

/// The outcome of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowFold {
    /// 1 for every row: what matters is added up beside it.
    Exists,
    /// 1 where the flag is TRUE, 0 where it is FALSE; NULL rows do not count.
    Flag(usize),
    /// 1 for a score of at least `good`, -1 for one of at most `bad`, else 0; NULL rows do not count.
    NetScore {
        /// The argument that holds the score.
        score: usize,
        /// The lowest and the highest possible score.
        domain: (f64, f64),
        /// Scores from here on count 1.
        good: f64,
        /// Scores up to here count -1.
        bad: f64,
    },
    /// 1 for a score of at least `from`, else 0; NULL rows do not count.
    ScoreAtLeast {
        /// The argument that holds the score.
        score: usize,
        /// The lowest score that counts.
        from: Count,
    },
    /// The time from one argument to another; rows without one of them do not count.
    TimeBetween {
        /// The argument that holds the start.
        from: usize,
        /// The argument that holds the end.
        to: usize,
    },
}

// The bounds are constants of a declaration, never NaN.
impl Eq for RowFold {}

/// The outcome of one entity, folded from its rows in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// 1 for every entity: the number of entities is what matters.
    Exists,
    /// 1 if any row has the flag TRUE, else 0.
    Any(usize),
    /// 1 if the entity has at least so many distinct non-NULL items, else 0.
    DistinctAtLeast {
        /// The argument that holds the items.
        item: usize,
        /// How many are enough.
        count: Count,
    },
    /// The number of the entity's distinct non-NULL items.
    DistinctCount(usize),
    /// The same, where all that matters is whether it is 0, 1 or more: more counts as 2.
    DistinctUpToTwo(usize),
    /// Days from the entity's first date to its last; 0 for an entity without any.
    DaysBetweenFirstAndLast(usize),
    /// Time from the entity's earliest row to the first later row whose item is not among those of
    /// the earliest time (the *initial basket*). Entities without such a row have no outcome.
    TimeToOutsideBasket {
        /// The argument that holds the items.
        item: usize,
        /// The argument that holds the time.
        at: usize,
    },
    /// What the entity's rows bring whose item is outside its initial basket, as above: an amount, not
    /// an outcome.
    RevenueOutsideBasket {
        /// The argument that holds the items.
        item: usize,
        /// The argument that holds the time.
        at: usize,
        /// The argument that holds the amounts.
        amount: usize,
    },
    /// What the entity's rows bring at the start and at the end: two amounts, not an outcome.
    Change {
        /// The argument that holds the amounts at the start.
        start: usize,
        /// The argument that holds the amounts at the end.
        end: usize,
    },
    /// 1 if the entity ever holds a tier above the highest tier of its earliest time, else 0.
    Upgrade {
        /// Judge each line by itself, and the entity by any of them.
        line: Option<usize>,
        /// The argument that holds the tier.
        tier: usize,
        /// The argument that holds the time.
        at: usize,
    },
}

/// A number that a declaration gives, or leaves to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Fixed by the KPI.
    Fixed(u32),
    /// A [`Kind::AtLeast`] argument.
    Argument(usize),
}

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
    /// fold 0 is a [`Fold::DistinctCount`] of this argument.
    Mix(usize),
    /// The number of distinct items of the group ÷ the number of entities.
    DistinctPerEntity(&'static [usize]),
    /// 100 × what entities that started above 0 ended with ÷ what they started with; fold 0 is a
    /// [`Fold::Change`].
    Retention {
        /// Whether an entity counts with no more than it started with.
        capped: bool,
    },
    /// Revenue per entity and year × years; fold 0 is a [`Fold::DaysBetweenFirstAndLast`].
    LifetimeValue {
        /// The revenue.
        revenue: Total,
        /// The argument that gives the years; else they are the entities' mean lifespan.
        years: Option<usize>,
    },
    /// The sum of what is outside the entities' initial baskets; fold 0 is a
    /// [`Fold::RevenueOutsideBasket`], the total all revenue.
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

impl Finish {
    /// Whether what a value needs of its entities is more than their outcomes, counted and added up.
    pub fn looks_at_entities(&self) -> bool {
        match self {
            Finish::Mix(_)
            | Finish::DistinctPerEntity(_)
            | Finish::Retention { .. }
            | Finish::LifetimeValue { .. }
            | Finish::OutsideBasket(_)
            | Finish::OutsideBasketShare(_) => true,
            Finish::Percent
            | Finish::Mean
            | Finish::Count
            | Finish::MeanDays
            | Finish::MedianDays
            | Finish::MeanYears
            | Finish::PercentDifference
            | Finish::Lift
            | Finish::SumPerEntity(_)
            | Finish::Sum(_)
            | Finish::MeanAmount(_)
            | Finish::SumShare(_, _) => false,
        }
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

/// A query that shows a KPI at work.
#[derive(Debug)]
pub struct Example {
    /// The question in plain words.
    pub question: &'static str,
    /// A query that runs as it is, without any table. Its rows are named like the table of the sample data
    /// that such rows are in.
    pub sql: &'static str,
    /// Its one value, as text.
    pub answer: &'static str,
}

impl Arg {
    const fn new(name: &'static str, kind: Kind, column: &'static str) -> Self {
        Arg { name, kind, column }
    }

    /// Who buys.
    pub const CUSTOMER: Arg = Arg::new("customer", Kind::Entity, "customer_id");
    /// One purchase, made of one or more rows.
    pub const TRANSACTION: Arg = Arg::new("transaction", Kind::Entity, "order_id");
    /// What is bought.
    pub const PRODUCT: Arg = Arg::new("product", Kind::Item, "product_id");
    /// The same, where it is subscribed to.
    pub const PLAN: Arg = Arg::new("product", Kind::Item, "plan");
    /// A family of products within which tiers are compared.
    pub const PRODUCT_LINE: Arg = Arg::new("product_line", Kind::Item, "product_line");
    /// Marks rows that are cross-sells.
    pub const IS_CROSS_SELL: Arg = Arg::new("is_cross_sell", Kind::Flag, "is_cross_sell");
    /// Marks rows that are upsells.
    pub const IS_UPSELL: Arg = Arg::new("is_upsell", Kind::Flag, "is_upsell");
    /// Marks rows in which the customer holds the product in question.
    pub const IS_HOLDER: Arg = Arg::new("is_holder", Kind::Flag, "product_id = 'CRM'");
    /// How many distinct products are enough.
    pub const AT_LEAST: Arg = Arg::new("at_least", Kind::AtLeast, "3");
    /// A level that can be compared: a plan, a price.
    pub const TIER: Arg = Arg::new("tier", Kind::Tier, "tier");
    /// When it happened.
    pub const AT: Arg = Arg::new("at", Kind::Time, "ordered_at");
    /// Money received.
    pub const REVENUE: Arg = Arg::new("revenue", Kind::Amount, "amount");
    /// An answer to a survey's question.
    pub const SCORE: Arg = Arg::new("score", Kind::Score, "score");
    /// The lowest score that is taken for satisfied.
    pub const SATISFIED_FROM: Arg = Arg::new("satisfied_from", Kind::AtLeast, "4");
    /// Purchases that are counted once however many rows they have.
    pub const ORDER: Arg = Arg::new("order", Kind::Item, "order_id");
    /// The same, where the purchase is what is judged.
    pub const PURCHASE: Arg = Arg::new("order", Kind::Entity, "order_id");
    /// Money, per row.
    pub const AMOUNT: Arg = Arg::new("amount", Kind::Amount, "amount");
    /// When it happened, to the day.
    pub const DATE: Arg = Arg::new("at", Kind::Date, "ordered_at");
    /// What is bought together: an order, or a customer.
    pub const BASKET: Arg = Arg::new("basket", Kind::Entity, "order_id");
    /// Marks rows of the product that others are attached to.
    pub const HAS_BASE: Arg = Arg::new("has_base", Kind::Flag, "product_id = 'CRM'");
    /// Marks rows of the product that is attached.
    pub const HAS_ATTACHED: Arg = Arg::new("has_attached", Kind::Flag, "product_id = 'Chat'");
    /// Marks rows of one product of a pair.
    pub const HAS_A: Arg = Arg::new("has_a", Kind::Flag, "product_id = 'CRM'");
    /// Marks rows of the other product of a pair.
    pub const HAS_B: Arg = Arg::new("has_b", Kind::Flag, "product_id = 'Chat'");
    /// A possible deal.
    pub const OPPORTUNITY: Arg = Arg::new("opportunity", Kind::Entity, "opportunity_id");
    /// Marks opportunities that meet the criteria.
    pub const IS_QUALIFIED: Arg = Arg::new("is_qualified", Kind::Flag, "is_qualified");
    /// Whether an opportunity was won; NULL while it is open.
    pub const IS_WON: Arg = Arg::new("is_won", Kind::Flag, "is_won");
    /// When an opportunity came up.
    pub const OPENED_AT: Arg = Arg::new("opened_at", Kind::Time, "opened_on");
    /// When an opportunity was won or lost.
    pub const CLOSED_AT: Arg = Arg::new("closed_at", Kind::Time, "closed_on");
    /// Who sells.
    pub const REP: Arg = Arg::new("rep", Kind::Entity, "owner");
    /// Marks rows in which a representative pursues a cross-sell.
    pub const IS_PURSUING: Arg = Arg::new("is_pursuing", Kind::Flag, "is_cross_sell");
    /// Whether a product was put to work as planned.
    pub const IS_SUCCESS: Arg = Arg::new("is_success", Kind::Flag, "is_implementation_success");
    /// Marks rows in which the product was used.
    pub const IS_USED: Arg = Arg::new("is_used", Kind::Flag, "is_used");
    /// The product as half of a (customer, product) pair.
    pub const USED_PRODUCT: Arg = Arg::new("product", Kind::Entity, "product_id");
    /// What a customer paid at the start of the period.
    pub const START_REVENUE: Arg = Arg::new("start_revenue", Kind::Amount, "mrr_start");
    /// What a customer paid at the end of the period.
    pub const END_REVENUE: Arg = Arg::new("end_revenue", Kind::Amount, "mrr_end");
    /// How long customers are expected to stay.
    pub const LIFESPAN_YEARS: Arg = Arg::new("lifespan_years", Kind::Years, "3.5");
    /// Marks rows of customers who left.
    pub const IS_CHURNED: Arg = Arg::new("is_churned", Kind::Flag, "is_churned");
}

impl Kpi {
    /// `name(argument, …)` of a form.
    pub fn signature(&self, form: &Form) -> String {
        form.signature(self.name)
    }

    /// A call of a form with column names that could be a user's.
    pub fn sample_call(&self, form: &Form) -> String {
        form.sample_call(self.name)
    }
}

impl Form {
    /// `function(argument, …)`.
    pub fn signature(&self, function: &str) -> String {
        self.call(function, |arg| arg.name)
    }

    /// A call of a function with column names that could be a user's.
    pub fn sample_call(&self, function: &str) -> String {
        self.call(function, |arg| arg.column)
    }

    fn call(&self, function: &str, word: impl Fn(&Arg) -> &'static str) -> String {
        let words: Vec<_> = self.args.iter().map(word).collect();
        format!("{function}({})", words.join(", "))
    }
}
