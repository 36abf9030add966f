//! Attach rate: how often one product is bought where another one is.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "attach_rate",
    aliases: &["basket_confidence"],
    family: Family::Penetration,
    summary: "The share of baskets with the base product that have the attached product as well.",
    unit: Unit::Percent,
    nulls: "A NULL flag counts as FALSE. If no basket has the base product the rate is NULL.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "attach rate, the confidence of base → attached",
    }],
    forms: &[Form {
        args: &[Arg::BASKET, Arg::HAS_BASE, Arg::HAS_ATTACHED],
        formula: "100 × baskets with both products ÷ baskets with the base product",
        sql: "SELECT 100.0 * sum(base * attached) / nullif(sum(base), 0) AS value\n\
              FROM (\n\
              \x20 SELECT\n\
              \x20   max(CASE WHEN has_base THEN 1 ELSE 0 END) AS base,\n\
              \x20   max(CASE WHEN has_attached THEN 1 ELSE 0 END) AS attached\n\
              \x20 FROM t WHERE basket IS NOT NULL GROUP BY basket\n\
              ) AS baskets",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1), Fold::Any(2)],
            outcomes: &[Outcome::Where {
                when: 0,
                is: 1,
                then: 1,
            }],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "How often is the chat sold to those who have the CRM?",
        sql: "SELECT attach_rate(customer, product = 'CRM', product = 'Chat') FROM (VALUES ('c1', 'CRM'), ('c1', 'Chat'), ('c2', 'CRM'), ('c3', 'Chat')) AS orders(customer, product)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Software vendors speak of the pair cross-sell rate: the basket is the customer, \
                      whenever the second product was bought.",
            here: "SELECT attach_rate(customer_id, product_id LIKE 'SCA%', product_id LIKE 'SUP%') AS attach_rate\n\
                   FROM orders",
        },
        Convention {
            differs: "Hardware makers divide units by units, which exceeds 100 where several are attached \
                      to one; the second column is the share of orders.",
            here: "SELECT\n\
                   \x20 100.0 * sum(quantity) FILTER (WHERE product_id LIKE 'SUP%')\n\
                   \x20   / sum(quantity) FILTER (WHERE product_id LIKE 'SCA%') AS units_per_100_units,\n\
                   \x20 attach_rate(order_id, product_id LIKE 'SCA%', product_id LIKE 'SUP%') AS share_of_orders\n\
                   FROM orders",
        },
        Convention {
            differs: "Shops count anything sold with the base product as attached, not one particular \
                      product.",
            here: "SELECT attach_rate(order_id, product_id LIKE 'SCA%', product_id NOT LIKE 'SCA%') AS attach_rate\n\
                   FROM orders",
        },
        Convention {
            differs: "Some include only customers who bought the base product long enough ago to have come \
                      back, here 90 days before the end of the data.",
            here: "SELECT attach_rate(\n\
                   \x20 customer_id,\n\
                   \x20 product_id LIKE 'SCA%' AND ordered_at < DATE '2026-04-01',\n\
                   \x20 product_id LIKE 'SUP%'\n\
                   ) AS attach_rate\n\
                   FROM orders",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The attach rate is the share of baskets with a base product that hold a second, \
            attached product as well. A basket is what the first argument names: an order, for what goes \
            into one cart, or a customer, for what is bought over the whole relationship. Baskets without \
            the base product are left out, and the rate from base to attached differs from the rate from \
            attached to base. It does not say whether the pair sells together more often than the popularity \
            of the attached product explains: that is `basket_lift`.",
        business_insights: "It shows how well an accessory, a service plan or an add-on sells along with the \
            main product. A base product that sells widely and attaches little is the largest pool of buyers \
            to whom the second product can still be offered. Computed per order and per customer side by \
            side, it separates what is sold in the first conversation from what follows later.",
        measurement_approach: "Take order lines and mark the two sides with a condition each; a side may be \
            one product or a whole line. Choose the basket first: the order id answers what was sold \
            together, the customer id what was ever sold to the same buyer. Drop returns, cancelled lines, \
            samples and test orders in the WHERE, because a returned base unit booked as an order of its own \
            would count as a basket without the attachment. Per customer, put a date into the base condition \
            so that buyers from last week, who had no time to come back, do not pull the rate down. Lines \
            without a product count for neither side; lines without an order or customer id are ignored. Per \
            order a monthly figure is useful, per customer a quarterly one.",
        standard_formula: "Attach rate (%) = baskets with base and attached product ÷ baskets with the base \
            product × 100",
        trend_analysis: "Per order the rate moves with the offer: a bundle, a changed quote template or a \
            promotion of the attached product shows within weeks. Per customer it climbs slowly as buyers \
            return, and it dips when many new buyers of the base product arrive at once. A slow fall at \
            stable sales of the base product is a reason to ask whether a competitor or a built-in feature \
            has taken the place of the attached one.",
        diagnostic_questions: &[
            "Which sales channel attaches least when the rate per `channel` is compared on the same base product?",
            "Do the orders of some sales representatives carry the attached product twice as often as those \
             of their peers on the same base product?",
            "Is the difference between segments one of size: does the rate per segment hold when only \
             orders of similar value are compared?",
            "For which tier of the base product is the attached product left out most often?",
            "How far is the rate per customer above the rate per order, and which quarter's first-time \
             buyers close that gap?",
        ],
        actionable_tips: &[
            "Where field sales attach and the web shop does not, show the attached product on the web \
             shop's product page and suggest it once more in the cart.",
            "Send the buyers of the base product who have no attached product to their representative as a \
             call list, the latest purchases first.",
            "Where one representative's rate stands out, copy the wording of that quote into the team's \
             quote template.",
            "If the rate per customer is much higher than per order, offer the pair as a bundle on the \
             first quote, as buyers evidently need both.",
            "Where a bundle discount raises the rate no further, withdraw it: the pairs would have been \
             sold anyway.",
        ],
        visualization_suggestions: "A heat map with base products as rows and attached products as columns, \
            coloured by the rate and labelled with the number of base baskets. Beside it, a line per channel \
            over months, with the 95 % interval drawn as a band, so that months with few orders stand out.",
        risk_warnings: "Few baskets with the base product make the rate jump by many points with each order, \
            so read it with that number beside it. A popular product attaches to everything: a rate of 60 \
            means little for a product that sits in 60 of 100 baskets anyway. The total over channels moves \
            when the mix of channels moves, even though no channel attaches better or worse. A NULL flag \
            counts as FALSE, so a half-filled column looks like a poor rate rather than a missing one.",
        tools_and_technologies: "The rows are order lines of an ERP system, a web shop or a point-of-sale \
            export; where deals are quoted, the quote lines of the CRM show what was offered beside what \
            was taken.",
        integration_points: "Feed the rate per base product to whoever maintains the recommendations in the \
            shop and the quote templates, and the list of unattached buyers to the CRM as tasks. Product \
            managers set the price of bundles from it, and stock planning derives the demand for \
            accessories from the forecast of base units.",
        change_impact: "A higher rate per order lifts `average_purchase_value` first, since the same orders \
            hold more, and then `arpa` and `cross_sell_revenue`, provided the pair is sold as an addition \
            and not at a bundle price that cancels the gain. Per customer it raises `products_per_customer` \
            and `cross_sell_rate` as well. Attaching at the first order can make `time_to_cross_sell` look \
            worse: what joins the initial basket is not a later cross-sell, and the eager buyers drop out of \
            that mean.",
    },
};
