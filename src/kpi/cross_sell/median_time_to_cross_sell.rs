//! Median time to cross-sell: the time by which half of those who buy something else have done so.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "median_time_to_cross_sell",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The median number of days from a customer's first purchase to the first later purchase of a product that was not in it.",
    unit: Unit::Days,
    nulls: "Rows with a NULL product or time, and customers without a cross-sell, are left out.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "from the first purchase to the cross-sell; here the median",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AT],
        formula: "median over customers of (first later time with a product outside the initial basket − earliest time), in days",
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
              SELECT percentile_cont(0.5) WITHIN GROUP (\n\
              \x20 ORDER BY (EXTRACT(EPOCH FROM next_bought) - EXTRACT(EPOCH FROM started)) / 86400.0\n\
              ) AS value\n\
              FROM cross_sold",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::TimeToOutsideBasket { item: 1, at: 2 }],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::MedianDays,
    }],
    example: Example {
        question: "After how many days have half of the cross-sold customers bought something else?",
        sql: "SELECT median_time_to_cross_sell(customer, product, day) FROM (VALUES ('c1', 'CRM', DATE '2026-01-01'), ('c1', 'Chat', DATE '2026-01-11'), ('c2', 'CRM', DATE '2026-01-01'), ('c2', 'Chat', DATE '2026-01-21'), ('c3', 'CRM', DATE '2026-01-01'), ('c3', 'Chat', DATE '2026-12-31')) AS orders(customer, product, day)",
        answer: "20.0",
    },
    direction: Direction::Lower,
    conventions: &[
        Convention {
            differs: "Others take the mean, which late buyers pull upwards.",
            here: "SELECT time_to_cross_sell(customer_id, product_id, ordered_at) AS mean_days\n\
                   FROM orders",
        },
        Convention {
            differs: "Some want the day by which half of all buyers have bought something else, and rank \
                      those who have not after everybody else (a result of tens of thousands of days then \
                      means that half have not).",
            here: "SELECT median_time_to_cross_sell(customer_id, product_id, at) AS days\n\
                   FROM (\n\
                   \x20 SELECT customer_id, product_id, ordered_at AS at FROM orders\n\
                   \x20 UNION ALL\n\
                   \x20 SELECT customer_id, 'none yet', TIMESTAMP '2199-01-01 00:00:00' FROM orders\n\
                   ) AS orders_and_never",
        },
        Convention {
            differs: "Some observe every customer over the first year only, and leave out customers of less \
                      than a year.",
            here: "SELECT median_time_to_cross_sell(o.customer_id, o.product_id, o.ordered_at) AS days\n\
                   FROM orders o\n\
                   JOIN (SELECT customer_id, min(ordered_at) AS start FROM orders GROUP BY customer_id) AS f\n\
                   \x20 ON f.customer_id = o.customer_id AND o.ordered_at < f.start + INTERVAL '365 days'\n\
                   WHERE f.start < (SELECT max(ordered_at) FROM orders) - INTERVAL '365 days'",
        },
        Convention {
            differs: "Some compare product lines on calendar days, so that neither an upgrade nor a second \
                      order on the first day counts.",
            here: "SELECT median_time_to_cross_sell(o.customer_id, p.line, CAST(o.ordered_at AS DATE)) AS days\n\
                   FROM orders o JOIN products p ON p.product_id = o.product_id",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The median time to cross-sell is the number of days within which half of the cross-sold \
         customers bought a product outside their first purchase. It starts at a customer's earliest order \
         and ends at the first later order with a product that was not in it; with an even number of \
         customers it is the mean of the two in the middle. Only customers with such an order are ranked, so \
         it does not say that half of all customers buy again by then. It differs from `time_to_cross_sell` \
         in that a few very late buyers do not move it.",
        business_insights: "It is the waiting time of a typical cross-sold customer, so it is the figure to \
         time contacts by. Beside the mean, it shows the shape of the distribution: a mean far above it says \
         that most buy early, while some come back much later and need a different approach. Comparing it by \
         first product shows which starting products lead to others.",
        measurement_approach: "The rows are the same as for the mean: every order line since a customer's \
         first order, with customer, product and order time, without returns and internal accounts. Group by \
         an attribute of the customer (segment, first channel), because grouping by an attribute of the \
         order, such as channel or month, separates the first purchase from the second. For a fair view over \
         time give all cohorts one fixed window of observation, as in the query for the first year under the \
         other conventions. Choose timestamps or dates and keep to the choice: with dates the median is a \
         whole or half number of days. Recompute it after each quarter and after late orders have been \
         booked; a few corrected orders rarely move it.",
        standard_formula: "Median time to cross-sell = middle value of the days from first purchase to first \
         cross-sell, over cross-sold customers",
        trend_analysis: "Where some customers return very late, it needs fewer customers than the mean to be \
         stable. In an export that covers only the first months of most customers it is too low and tends to \
         grow with each month added; let the observation window pass before comparing. A fall at constant \
         `cross_sell_rate` means that the usual second purchase comes sooner. If it steps up while nothing \
         else moves, look for a campaign that reached long-standing customers.",
        diagnostic_questions: &[
            "How far apart are the fastest and the slowest quarter of the cross-sold customers in each \
             segment?",
            "Which first product leads to the soonest second one, if customers are grouped by what they \
             started with?",
            "Are the days concentrated around anniversaries, 30, 90 or 365, as invoices and renewals would \
             cause?",
            "How does it compare between customers acquired through partners and those who came through search?",
            "By which day have half of all buyers, not only of the cross-sold ones, taken another product?",
        ],
        actionable_tips: &[
            "Schedule the second-product mailing a few weeks before this day, and check whether the next \
             cohort responds.",
            "In segments where it lies beyond the first renewal, make the offer with the renewal instead of \
             earlier.",
            "Copy the onboarding of the first product with the shortest median to the one with the longest, \
             where customers are comparable.",
            "Review accounts that have passed it without a second product in the monthly account meeting, \
             oldest first.",
        ],
        visualization_suggestions: "Horizontal box plots of the days, one per segment, ordered by median, \
         which show quartiles and late buyers together. For cohorts, a line of the median by quarter of first \
         purchase, ended where the customers have not yet had the full window.",
        risk_warnings: "It is a median among those who bought, so a segment where five of a thousand \
         customers bought quickly looks excellent. With a handful of cross-sold customers it can jump by \
         months when one is added. Medians do not add up: the total cannot be computed from those of the \
         segments, only from the rows. Unfinished cohorts are biased towards short times here too, although \
         outliers do not matter.",
        tools_and_technologies: "Any store of dated order lines will do: a shop export, ERP invoices, or the \
         billing system's subscription starts, one row per product and start date. Campaign calendars from \
         the marketing system help to explain steps.",
        integration_points: "Account plans use it to date the first business review. Forecasts of expansion \
         use it with the share of customers who buy again, and campaign tools as the waiting time of a \
         sequence that is cancelled as soon as the customer orders something else.",
        change_impact: "When it shrinks, `repeat_purchase_rate` and `purchase_frequency` of customers in \
         their first year tend to rise, as another order comes earlier. `time_to_cross_sell` follows unless \
         only the middle moved and the late buyers stayed. A lower median reached through bundles at the \
         start has a price: what is bought in the first order no longer counts as cross-sell, so \
         `cross_sell_revenue` by products falls while `products_per_customer` rises.",
    },
};
