//! Time to cross-sell: from the first purchase to the first purchase of something else.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "time_to_cross_sell",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The mean number of days from a customer's first purchase to the first later purchase of a product that was not in it.",
    unit: Unit::Days,
    nulls: "Rows with a NULL product or time, and customers without a cross-sell, are left out.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "from the first purchase to the cross-sell, on average",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AT],
        formula: "mean over customers of (first later time with a product outside the initial basket − earliest time), in days; the initial basket is every product of the earliest time",
        sql: "WITH products AS (\n\
              \x20 SELECT customer, product, min(t.at) AS first_bought\n\
              \x20 FROM t WHERE customer IS NOT NULL AND product IS NOT NULL AND t.at IS NOT NULL\n\
              \x20 GROUP BY customer, product\n\
              ), starts AS (\n\
              \x20 SELECT customer, first_bought, min(first_bought) OVER (PARTITION BY customer) AS started\n\
              \x20 FROM products\n\
              ), cross_sold AS (\n\
              \x20 SELECT customer, started, min(first_bought) AS next_bought\n\
              \x20 FROM starts WHERE first_bought > started\n\
              \x20 GROUP BY customer, started\n\
              )\n\
              SELECT avg((EXTRACT(EPOCH FROM next_bought) - EXTRACT(EPOCH FROM started)) / 86400.0) AS value\n\
              FROM cross_sold",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::TimeToOutsideBasket { item: 1, at: 2 }],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::MeanDays,
    }],
    example: Example {
        question: "How many days pass until a customer buys something else?",
        sql: "SELECT time_to_cross_sell(customer, product, day) FROM (VALUES ('c1', 'CRM', DATE '2026-01-01'), ('c1', 'CRM', DATE '2026-01-05'), ('c1', 'Helpdesk', DATE '2026-01-11'), ('c2', 'CRM', DATE '2026-01-01'), ('c2', 'Chat', DATE '2026-01-21'), ('c3', 'CRM', DATE '2026-01-01')) AS orders(customer, product, day)",
        answer: "15.0",
    },
    direction: Direction::Lower,
    conventions: &[
        Convention {
            differs: "Some measure up to the first other product line, so that a higher version of the same \
                      product is not a cross-sell.",
            here: "SELECT time_to_cross_sell(o.customer_id, p.line, o.ordered_at) AS days\n\
                   FROM orders o JOIN products p ON p.product_id = o.product_id",
        },
        Convention {
            differs: "Some trust a flag and measure up to the first row that somebody marked as a cross-sell.",
            here: "SELECT time_to_cross_sell(customer_id, coalesce(is_cross_sell, false), ordered_at) AS days\n\
                   FROM orders",
        },
        Convention {
            differs: "Some count calendar days and treat everything bought on the first day as one purchase.",
            here: "SELECT time_to_cross_sell(customer_id, product_id, CAST(ordered_at AS DATE)) AS days\n\
                   FROM orders",
        },
        Convention {
            differs: "Some mean the time to the second order, whatever is in it.",
            here: "SELECT time_to_cross_sell(customer_id, order_id, ordered_at) AS days\n\
                   FROM orders WHERE quantity > 0",
        },
        Convention {
            differs: "Some mean the length of a cross-sell deal, from the opening of the opportunity to its \
                      signature.",
            here: "SELECT sales_cycle_length(opened_on, closed_on) AS days\n\
                   FROM opportunities WHERE is_cross_sell AND is_won",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Time to cross-sell is the mean number of days from a customer's first purchase to the \
         first later purchase of a product that was not part of the first one. Everything bought at the \
         customer's earliest time is the initial basket; buying the same products again does not count. \
         Customers who never bought anything else are left out, so it describes how fast cross-sold \
         customers were, not how many there are. It is not the duration of a sales process, which is \
         `sales_cycle_length`.",
        business_insights: "It shows when customers are ready for a second product, and so when an offer is \
         early, timely or late. Segments with a similar share of cross-sold customers can differ by months, \
         which changes how soon revenue arrives and how long onboarding should look after an account. \
         Together with the product that came second, it shows the usual path through the catalogue.",
        measurement_approach: "Pass all order lines of each customer from the first purchase on. A condition \
         on the order date would move the start and make old products look new; to study customers of a \
         certain quarter, choose the customers by their first order and keep all their rows. Leave out \
         returns (`quantity > 0`), test accounts and free samples. Pass the product line instead of the \
         product if you do not count an upgrade as a cross-sell, and `CAST(ordered_at AS DATE)` if several \
         orders on the first day are one purchase; with timestamps an order an hour later counts, as a small \
         fraction of a day. Customers with orders older than the export have a false first basket: drop \
         customers from before its first day. Run it quarterly, for customers who have had the same time to \
         buy, beside `cross_sell_rate`.",
        standard_formula: "Time to cross-sell = sum of days from first purchase to first cross-sell, over \
         cross-sold customers ÷ number of cross-sold customers",
        trend_analysis: "For customers who started together the mean can only rise as time passes, because \
         whoever joins it took longest. Grouped by quarter of first purchase it falls towards the most \
         recent quarters, since only fast customers can have bought again by now; this slope is an artefact. \
         Real progress is a shorter time at equal age: count only the purchases of, say, the first 180 days \
         for every cohort. A longer mean with a higher cross-sell rate is good news: old customers bought \
         after all.",
        diagnostic_questions: &[
            "What is the mean per segment, acquisition channel and first product, and how many cross-sold \
             customers is each based on?",
            "How does each quarter of first purchases compare if only the first 180 days of every customer \
             count?",
            "Which product comes second most often, and after how many days for each?",
            "How many customers bought something else within the first week, and were these one decision \
             spread over two orders?",
            "Does the mean differ much from `median_time_to_cross_sell`, and which customers account for the \
             difference?",
        ],
        actionable_tips: &[
            "Schedule the first cross-sell conversation shortly before the segment's usual day, and leave \
             customers alone until they are set up.",
            "Where the second purchase comes within days, offer both products together in the first quote.",
            "Let the end of a successful rollout trigger the next offer instead of a fixed calendar date.",
            "Call customers who have passed twice the usual time of their segment without another product, \
             and ask what is missing.",
        ],
        visualization_suggestions: "A curve per segment: days since the first purchase on the horizontal \
         axis, the share of all customers with a cross-sell by then on the vertical one. For a report, a bar \
         per segment with the mean in days and the number of cross-sold customers beside it.",
        risk_warnings: "Customers who have not bought again yet are missing (right-censoring), which makes \
         the mean too short, most of all for young cohorts and fast-growing segments. It can be shortened by \
         losing slow customers, so never show it without the share of customers who were cross-sold. A mean \
         of durations is pulled upwards by a handful of customers who return after years. Orders that are \
         split by the shop or the ERP into several timestamps look like very fast cross-sells.",
        tools_and_technologies: "Order or invoice lines of the ERP, shop or billing system, with customer, \
         product and time. Where accounts were merged or migrated, the master data that links old to new \
         customer numbers is needed as well, or first purchases come too late.",
        integration_points: "Marketing automation uses it as the delay before an offer, per segment and \
         first product. Customer success plans use it for the handover from onboarding to account \
         management, and cash-flow models for the date at which expansion revenue begins.",
        change_impact: "A shorter time brings `cross_sell_revenue` forward and raises `cross_sell_rate` at a \
         given customer age, while the rate over a customer's whole life can stay as it was. \
         `products_per_customer` and `arpa` of young cohorts rise with it. Offers that come too early show in \
         lower `product_usage_rate` and `csat`, and later in `churn_rate`.",
    },
};
