//! What is judged, and what is folded from its rows.

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
        /// The scale of the question.
        scale: Scale,
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
        /// The scale of the question, if the form is made for one.
        scale: Option<Scale>,
    },
    /// The time from one argument to another; rows without one of them do not count, nor do those that end before
    /// they start.
    TimeBetween {
        /// The argument that holds the start.
        from: usize,
        /// The argument that holds the end.
        to: usize,
    },
}

// The bounds are constants of a declaration, never NaN.
impl Eq for RowFold {}

/// The scores that a question can have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The lowest one.
    pub lowest: f64,
    /// The highest one.
    pub highest: f64,
    /// What to do with other scores, with a call that works.
    pub otherwise: &'static str,
}

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
    /// A [`Kind::AtLeast`](super::Kind::AtLeast) argument.
    Argument(usize),
}
