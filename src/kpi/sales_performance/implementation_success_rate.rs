//! Implementation success rate: the share of products that were put to work as planned.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "implementation_success_rate",
    aliases: &[],
    family: Family::SalesPerformance,
    summary: "The share of implementations that succeeded.",
    unit: Unit::Percent,
    nulls: "A NULL flag is an implementation without a result yet and is not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how many implementations after a cross-sell succeed",
    }],
    forms: &[Form {
        args: &[Arg::IS_SUCCESS],
        formula: "100 × TRUE rows ÷ non-NULL rows",
        sql: "SELECT\n\
              \x20 100.0 * sum(CASE WHEN is_success THEN 1 ELSE 0 END) / nullif(count(is_success), 0) AS value\n\
              FROM t",
        grain: Grain::Row(RowFold::Flag(0)),
        finish: Finish::Percent,
    }],
    example: Example {
        question: "What share of the implementations succeeded?",
        sql: "SELECT implementation_success_rate(is_success) FROM (VALUES (true), (true), (false), (NULL), (true)) AS opportunities(is_success)",
        answer: "75.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Guides to cross-selling look only at implementations that followed a cross-sell.",
            here: "SELECT\n\
                   \x20 implementation_success_rate(is_implementation_success) FILTER (WHERE is_cross_sell) AS rate\n\
                   FROM opportunities",
        },
        Convention {
            differs: "Cautious reports divide by all implementations that were sold and count those without \
                      a result as not successful.",
            here: "SELECT\n\
                   \x20 implementation_success_rate(coalesce(is_implementation_success, false)) FILTER (WHERE is_won) AS rate\n\
                   FROM opportunities",
        },
        Convention {
            differs: "Account managers count customers instead of projects: those whose implementations with \
                      a result all succeeded.",
            here: "SELECT 100 - penetration(customer_id, NOT is_implementation_success) AS rate\n\
                   FROM opportunities\n\
                   WHERE is_implementation_success IS NOT NULL",
        },
        Convention {
            differs: "Some judge only deals that were won at least 90 days ago, so that slow failures are \
                      included.",
            here: "SELECT\n\
                   \x20 implementation_success_rate(is_implementation_success)\n\
                   \x20   FILTER (WHERE closed_on < DATE '2026-04-01') AS rate\n\
                   FROM opportunities",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The implementation success rate is the share of implementations with a known result \
            that succeeded. One row is one implementation: a product that was sold and then installed, \
            configured or introduced at the customer. Rows without a result are left out, so it is a rate \
            among finished projects, not among all that were started. What counts as success is decided \
            where the flag is set, for instance going live on the agreed date within the agreed scope.",
        business_insights: "It shows whether cross-sold products are actually put into use, and so whether \
            the customer will be open to the next offer. By product, it separates offers that sales can \
            promise safely from those that need more help after the signature. By representative, it \
            uncovers deals that were closed on expectations which delivery cannot meet.",
        measurement_approach: "Take one row per implementation from the project or service system, or won \
            opportunities that carry the result. Write down the criterion of success before the period \
            starts and let somebody outside sales set the flag, at a fixed time after the signature. Leave \
            the flag NULL while the work goes on, and set it to FALSE for projects that were stopped or that \
            the customer abandoned. Group by the month of the signature, not by the month of the result, so \
            that each cohort includes quick and slow projects alike. Exclude trial installations, internal \
            systems and pure renewals. Use FILTER for cross-sold products, and report quarterly once most \
            projects of a cohort have a result.",
        standard_formula: "Implementation success rate (%) = successful implementations ÷ implementations \
            with a result × 100",
        trend_analysis: "The rate of a recent cohort is provisional: it moves until the last of its projects \
            is judged, usually downwards, as troubled projects take longest. The launch of a complex product \
            depresses it for two or three quarters, until delivery has gained experience. A steady decline \
            while sales grow is a sign that the delivery team is at its limit.",
        diagnostic_questions: &[
            "Which products fail most often, once projects of similar size are compared?",
            "Does the rate of cross-sold implementations differ from that of first purchases in the same \
             segment?",
            "What share of each signature month's projects is still without a result?",
            "Do failures cluster around certain representatives, partners or delivery teams?",
            "Do customers who bought two products within one quarter succeed less often than those who took \
             them one after another?",
        ],
        actionable_tips: &[
            "Add a check of technical readiness before the signature for products whose rate is lowest.",
            "Pay part of the commission on going live instead of on the signature where failures follow \
             certain representatives.",
            "Give each implementation a named owner at the customer, and refuse a start date without one.",
            "When results stay open beyond the planned date, review the project then instead of waiting for \
             the final result.",
            "Spread the starts of several products at one customer when combined projects fail more often.",
        ],
        visualization_suggestions: "A stacked column per month of signature with succeeded, failed and open \
            projects, and the rate as a label above. A dot per product with its 95 % interval, sorted by \
            rate, keeps products with few projects in perspective.",
        risk_warnings: "Projects in trouble stay open, so a rate over the finished ones is too optimistic \
            while many results are missing. Failures that nobody records are worse: an abandoned project \
            left at NULL is never counted. If the team that is measured defines success itself, the rate \
            drifts upwards. Ten projects per product leave an uncertainty of some twenty-five points either \
            way, which is too wide to rank products by.",
        tools_and_technologies: "Project or professional-services software holds the dates and the result, \
            the CRM holds the deal, and an onboarding tool or the product's own telemetry can confirm that \
            it went live.",
        integration_points: "Join the result to the opportunity, so that sales sees it where the deal was \
            made. Customer success starts its plan from each result, and product management receives the \
            reasons for failures by product.",
        change_impact: "More successful implementations raise `product_usage_rate` within weeks and `csat` \
            and `nps` with the next survey. They prepare the next sale: `cross_sell_conversion_rate` \
            improves and `time_to_cross_sell` gets shorter among customers whose last project went well. \
            Failures surface later in `multi_product_churn_rate` and pull down `grr`. Selling only to \
            customers who are ready can raise this rate while `cross_sell_qualified_opportunities` falls.",
    },
};
