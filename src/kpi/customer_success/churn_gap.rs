//! Churn gap: what several products do for loyalty.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "churn_gap",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "Churn of customers with several products minus churn of customers with one; below 0, those with several are more loyal.",
    unit: Unit::Points,
    nulls: "A NULL product or flag adds nothing; a customer without any product is not counted. Without customers of both kinds the gap is NULL.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "churn with several products beside churn with one",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PLAN, Arg::IS_CHURNED],
        formula: "multi_product_churn_rate − single_product_churn_rate",
        sql: "SELECT avg(CASE WHEN products > 1 THEN churned END)\n\
            \x20 - avg(CASE WHEN products = 1 THEN churned END) AS value\n\
            FROM (\n\
            \x20 SELECT customer, count(DISTINCT product) AS products,\n\
            \x20 max(CASE WHEN is_churned THEN 100.0 ELSE 0.0 END) AS churned\n\
            \x20 FROM t WHERE customer IS NOT NULL\n\
            \x20 GROUP BY customer\n\
            ) AS customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctUpToTwo(1), Fold::Any(2)],
            outcomes: &[
                Outcome::Where {
                    when: 0,
                    is: 2,
                    then: 1,
                },
                Outcome::Where {
                    when: 0,
                    is: 1,
                    then: 1,
                },
            ],
        },
        finish: Finish::PercentDifference,
    }],
    example: Example {
        question: "How much lower is churn among customers with several products?",
        sql: "SELECT churn_gap(customer, product, is_churned) FROM (VALUES ('c1', 'CRM', true), ('c2', 'CRM', false), ('c3', 'CRM', false), ('c3', 'Chat', false)) AS subscriptions(customer, product, is_churned)",
        answer: "-50.0",
    },
    direction: Direction::Lower,
    conventions: &[
        Convention {
            differs: "Some subtract the other way round, so that a positive number means that customers \
                with several products are more loyal.",
            here: "SELECT -churn_gap(customer_id, plan, is_churned) AS loyalty_gain\n\
                FROM subscriptions",
        },
        Convention {
            differs: "Some divide instead of subtracting: the relative risk is below 1 where customers \
                with several products leave less often.",
            here: "SELECT multi_product_churn_rate(customer_id, plan, is_churned)\n\
                \x20 / single_product_churn_rate(customer_id, plan, is_churned) AS relative_risk\n\
                FROM subscriptions",
        },
        Convention {
            differs: "Some compare customers with several products with all customers, themselves included, \
                which makes the difference smaller.",
            here: "SELECT multi_product_churn_rate(customer_id, plan, is_churned)\n\
                \x20 - churn_rate(customer_id, is_churned) AS gap_to_all\n\
                FROM subscriptions",
        },
        Convention {
            differs: "Some take the holdings of the first day, so that nobody counts as a customer with \
                several products merely for having stayed long enough to buy.",
            here: "SELECT churn_gap(customer_id, plan, is_churned) AS churn_gap\n\
                FROM subscriptions\n\
                WHERE started_on < period_start",
        },
        Convention {
            differs: "Some average the gaps of the segments, weighted by customers, so that a different mix \
                of segments in the two groups has no effect.",
            here: "SELECT sum(gap * customers) / sum(customers) AS adjusted_gap\n\
                FROM (\n\
                \x20 SELECT churn_gap(s.customer_id, s.plan, s.is_churned) AS gap,\n\
                \x20   count(DISTINCT s.customer_id) AS customers\n\
                \x20 FROM subscriptions AS s JOIN customers AS c ON c.customer_id = s.customer_id\n\
                \x20 GROUP BY c.segment\n\
                ) AS segments\n\
                WHERE gap IS NOT NULL",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The churn gap is the churn rate of customers with more than one product minus that of \
            customers with exactly one, in percentage points. Below zero the customers with several products \
            leave less often, above zero more often. Customers without a known product are left out, and if \
            one of the two groups is empty the value is NULL. It compares self-selected groups, so it is not \
            the effect of selling somebody a second product.",
        business_insights: "It puts a number on the claim that cross-selling makes customers loyal. A gap \
            that stays below zero in every segment supports spending on second products; one that vanishes \
            within the segments shows that certain kinds of customers both buy more and stay longer. A gap \
            above zero warns of overselling.",
        measurement_approach: "Call it on one row per customer and product with a churn flag, for a closed \
            period of a year or a renewal cycle. Take the holdings of the first day, otherwise the group \
            with several products contains everyone who stayed long enough to buy again. Compute it per \
            segment and per year of signup before the total, and where these disagree with the total publish \
            the adjusted gap as well. First remove trials, test accounts, duplicates and returned products, \
            because each of them moves customers between the two groups. Print both group sizes and an \
            interval for the difference, such as Newcombe's. Once or twice a year is enough, as a quarter \
            rarely has enough churned customers in the smaller group.",
        standard_formula: "Churn gap = multi-product churn rate − single-product churn rate",
        trend_analysis: "Read the two rates before the gap: it moves towards zero both when customers with \
            one product stay longer and when those with several leave more. Some drift towards zero after a \
            cross-sell campaign is to be expected, as ordinary customers join a group that was made up of \
            enthusiasts. Two gaps differ credibly only if an interval for their difference excludes zero; \
            whether their separate intervals overlap does not settle it.",
        diagnostic_questions: &[
            "Is the gap below zero within each segment, or only in the total?",
            "Does it persist among customers who signed up in the same quarter, with the holdings of the \
                first day?",
            "Which second product goes with the largest gap, against customers who hold only the same \
                first product?",
            "How does it change when only the loss of all products counts as leaving?",
            "Do the two groups differ in contract length, sales channel or customer size?",
        ],
        actionable_tips: &[
            "Before budgeting with the gap, offer the second product to a random half of suitable \
                customers and compare `churn_rate` of the halves, buyers or not, a year later.",
            "Where the gap is above zero, talk to recent leavers of that segment and check whether their \
                second product was ever used.",
            "Begin the sales play with the second products that go with the most negative gap, if their \
                holders also use them.",
            "If second products come with longer terms, compare customers with equal terms: the term may \
                be what keeps them.",
        ],
        visualization_suggestions: "A dumbbell chart with one line per segment, the two churn rates in \
            percent as its ends, sorted by the gap. Over years, the gap as points with 95 % intervals \
            around a marked zero line.",
        risk_warnings: "Simpson's paradox is close at hand: if large customers buy more and also leave \
            less, the total can show a gap that no segment has. A difference of two rates is less certain \
            than either of them: 9 lost of 117 against 31 of 180 give −9.5 points with a 95 % interval \
            from about −16.7 to −1.6. A lower value is not always good news, as it also comes from \
            customers with one product leaving more often. Grouped by product nobody holds several, so \
            there is no gap to compute.",
        tools_and_technologies: "Any table with customer, product and churn flag is enough, in most firms \
            the contract lines of billing. Questions of cause need an experiment platform, or a notebook for \
            matching and survival models.",
        integration_points: "Use it when setting cross-sell targets, next to the extra revenue of a second \
            product, so that both halves of the argument are on the table. Finance should use it in a model \
            of lifetime value only after the adjustment for segment and age.",
        change_impact: "It rises and falls with `multi_product_churn_rate` and opposite to \
            `single_product_churn_rate`, one point for one point. If the second product really retains \
            customers, a higher `cross_sell_rate` is followed by a lower `churn_rate` and a longer \
            `customer_lifespan`; if enthusiasts merely buy more, `churn_rate` stays the same and the gap \
            shrinks. `nrr` contains both the second sale and the account kept, so do not add a loyalty bonus \
            to it.",
    },
};
