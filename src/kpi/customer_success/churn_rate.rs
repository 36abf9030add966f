//! Churn rate: the share of customers who left.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "churn_rate",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "The share of customers who left, among the customers of the rows.",
    unit: Unit::Percent,
    nulls: "A NULL flag adds nothing to the numerator, but the row's customer still counts in the denominator.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how many customers cancel",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::IS_CHURNED],
        formula: "100 × customers with at least one TRUE row ÷ customers",
        sql: "SELECT 100.0 * sum(churned) / nullif(count(*), 0) AS value\n\
            FROM (\n\
            \x20 SELECT customer, max(CASE WHEN is_churned THEN 1 ELSE 0 END) AS churned\n\
            \x20 FROM t WHERE customer IS NOT NULL\n\
            \x20 GROUP BY customer\n\
            ) AS customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1)],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "What share of our customers left?",
        sql: "SELECT churn_rate(customer, is_churned) FROM (VALUES ('c1', false), ('c1', true), ('c2', false), ('c3', NULL), ('c4', false)) AS subscriptions(customer, is_churned)",
        answer: "25.0",
    },
    direction: Direction::Lower,
    conventions: &[
        Convention {
            differs: "Many count only the customers who were there on the first day of the period, so \
                that newcomers are in neither count.",
            here: "SELECT churn_rate(customer_id, is_churned) AS churn_rate\n\
                FROM subscriptions\n\
                WHERE started_on < period_start",
        },
        Convention {
            differs: "Some divide the customers lost by the average of the customers at the start and at \
                the end.",
            here: "SELECT churn_rate(customer_id, is_churned) * count(DISTINCT customer_id)\n\
                \x20 / ((count(DISTINCT customer_id) FILTER (WHERE started_on < period_start)\n\
                \x20   + count(DISTINCT customer_id) FILTER (WHERE ended_on IS NULL)) / 2.0) AS churn_rate\n\
                FROM subscriptions",
        },
        Convention {
            differs: "Some call a customer lost only when all of its plans have ended, while here one \
                ended plan is enough.",
            here: "SELECT churn_rate(customer_id, has_left) AS churn_rate\n\
                FROM (\n\
                \x20 SELECT customer_id, bool_and(coalesce(is_churned, false)) AS has_left\n\
                \x20 FROM subscriptions GROUP BY customer_id\n\
                ) AS customers",
        },
        Convention {
            differs: "Contract churn counts plans that ended among all plans, so a customer with two \
                plans counts twice.",
            here: "SELECT churn_rate(customer_id || '/' || plan, is_churned) AS contract_churn_rate\n\
                FROM subscriptions",
        },
        Convention {
            differs: "Revenue churn is the share of the starting recurring revenue that was lost, \
                reductions included.",
            here: "SELECT 100 - grr(customer_id, mrr_start, mrr_end) AS revenue_churn_rate\n\
                FROM subscriptions",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The churn rate is the share of customers who left, among all customers that appear \
            in the rows. A customer counts as lost as soon as one of its rows has a TRUE flag, so the \
            flag decides whether leaving means the end of one contract or of all of them. The rows also \
            set the period and the base: everyone who was active at some time in a year gives another \
            figure than the customers of its first day. It counts customers, not money; how much of their \
            revenue stayed is `grr`.",
        business_insights: "It shows how fast the base that cross-selling works on is shrinking, and so how \
            long a product, once sold, can be expected to bring revenue. Compared between segments, plans \
            and acquisition channels, it points to where the wrong customers are won or the right ones are \
            disappointed. A rise in one signup cohort alone directs the search to what was different then: \
            the campaign, the price or the onboarding.",
        measurement_approach: "Take the billing or subscription export of a fixed period with one row per \
            customer and plan, and set the flag where the end date lies inside the period. Choose the base \
            first: a condition such as `started_on < period_start` keeps the customers of the first day, no \
            condition keeps everyone who was there at some time, newcomers included. Where a customer can \
            drop one plan and keep another, decide whether that is churn; if it is not, set the flag only \
            when the last plan has ended. Leave out trials, test accounts and contracts withdrawn before \
            they began. Date every loss in the same way, by the end of service or by the notice. Close a \
            month only after the grace period for failed payments, because some of those customers pay late \
            and are not lost.",
        standard_formula: "Churn rate = (customers lost in the period ÷ customers in the base) × 100",
        trend_analysis: "Annual contracts make churn come in waves at the renewal dates, so compare a \
            month with the same month a year earlier, or use rolling twelve months. A slow rise in all \
            segments suggests the product, the price or a competitor; a jump in one month suggests a \
            price change, an outage or a batch of failed payments. Monthly rates do not add up to a \
            yearly one: 2 % a month is 21.5 % after twelve months, not 24 %.",
        diagnostic_questions: &[
            "Which segments and plans lie above the total, and how many customers stand behind each of \
                them?",
            "In which month after signing up do customers leave, by quarter of signup?",
            "Do customers won through partners or paid search leave more often than referred ones of the \
                same segment?",
            "How do the lost customers divide between those with one product and those with several?",
            "Had the lost customers stopped using their products in the three months before, and how many \
                of those who stayed had?",
        ],
        actionable_tips: &[
            "List the customers without any product use for two months whose renewal falls into the next \
                quarter, and give each an owner.",
            "Split the flag by cause: send failed payments to dunning and new card details, and \
                cancellations to the account owner.",
            "Where losses cluster in the first ninety days, rework the onboarding of that plan before \
                paying for discounts at renewal.",
            "Let leavers choose one reason from a short list and store it beside the end date, so that \
                the rate can be taken by reason.",
        ],
        visualization_suggestions: "A monthly line with the same month of the year before behind it, and \
            a cohort grid: quarter of signup down, months since signup across, the share lost as colour. \
            For one period, bars per segment, sorted, each with its 95 % interval and its number of \
            customers.",
        risk_warnings: "Customers who joined shortly before the end had little time to leave, which \
            flatters a growing business; a first-day base or a survival curve avoids that. The total can \
            rise while the rate of every segment falls, just because a segment with high churn has grown. \
            A NULL flag counts as not lost, so an export whose latest month is not filled in reports too \
            little. Ten lost of sixty customers are 16.7 % with a 95 % interval from about 9 to 28 %: do \
            not rank small groups by it.",
        tools_and_technologies: "Start and end dates come from the billing or subscription system, \
            reasons and owners from the CRM. Sellers without contracts derive the flag from the order \
            history, as no order within a stated time, and should print that time beside the figure.",
        integration_points: "Joined by customer to the CRM, the flag gives the rate per segment, owner and \
            reason of loss. The forecast of recurring revenue should use the rate per cohort for its \
            renewals, and be checked against the actual rate when the quarter is over.",
        change_impact: "Less churn raises `grr` and `nrr`, because a lost customer ends at zero, and in \
            time `customer_lifespan` and with it `clv`. `arpa` can go either way: when small accounts \
            leave, it rises although money is lost. `cross_sell_rate` and `products_per_customer` rise \
            when mostly customers with one product leave, without a single sale having been made.",
    },
};
