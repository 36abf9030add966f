//! The arguments of a form, and what each may be.

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
    /// Something that ranks: the number of a plan level, a price.
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
        match self {
            Kind::AtLeast | Kind::Years => true,
            Kind::Entity
            | Kind::Item
            | Kind::Flag
            | Kind::Time
            | Kind::Tier
            | Kind::Date
            | Kind::Amount
            | Kind::Score => false,
        }
    }
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
