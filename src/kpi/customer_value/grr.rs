//! Gross revenue retention: how much of the revenue stays, upgrades left out.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "grr",
    aliases: &["gross_revenue_retention"],
    family: Family::CustomerValue,
    summary: "Gross revenue retention: the share of the starting revenue that customers still bring at the end, each customer capped at what they started with.",
    unit: Unit::Percent,
    nulls: "A NULL amount is no revenue: a customer who ends with NULL is lost, one who starts with NULL or 0 is new and not counted.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "revenue retention",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::START_REVENUE, Arg::END_REVENUE],
        formula: "100 × the lesser of what each customer pays at the end and paid at the start ÷ what they paid at the start, over customers who paid something at the start",
        sql: "SELECT 100.0 * sum(\n\
             \x20 CASE WHEN paid_at_end < paid_at_start THEN paid_at_end ELSE paid_at_start END\n\
             ) / sum(paid_at_start) AS value\n\
             FROM (\n\
             \x20 SELECT customer,\n\
             \x20   sum(start_revenue) AS paid_at_start,\n\
             \x20   coalesce(sum(end_revenue), 0) AS paid_at_end\n\
             \x20 FROM t WHERE customer IS NOT NULL GROUP BY customer\n\
             \x20 HAVING sum(start_revenue) > 0\n\
             ) AS customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Change { start: 1, end: 2 }],
            outcomes: &[],
        },
        finish: Finish::Retention { capped: true },
    }],
    example: Example {
        question: "How much of last year's recurring revenue is still there?",
        sql: "SELECT grr(customer, mrr_start, mrr_end) FROM (VALUES ('c1', 100.0, 130.0), ('c2', 100.0, 60.0), ('c3', 0.0, 500.0)) AS subscriptions(customer, mrr_start, mrr_end)",
        answer: "80.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some cap every subscription instead of every customer, so that a cancelled plan is a \
            loss even if its customer took another one.",
            here: "SELECT grr(customer_id || '/' || plan, mrr_start, mrr_end) AS grr FROM subscriptions",
        },
        Convention {
            differs: "Some count only cancelled subscriptions as losses and let downgrades pass.",
            here: "SELECT grr(\n\
                  \x20 customer_id || '/' || plan,\n\
                  \x20 mrr_start,\n\
                  \x20 CASE WHEN is_churned THEN 0 ELSE mrr_start END\n\
                  ) AS without_downgrades\n\
                  FROM subscriptions",
        },
        Convention {
            differs: "Some cap only the total, which hides losses behind the growth of other customers.",
            here: "SELECT least(100, nrr(customer_id, mrr_start, mrr_end)) AS capped_in_total FROM subscriptions",
        },
        Convention {
            differs: "Gross revenue churn is what is missing from 100.",
            here: "SELECT 100 - grr(customer_id, mrr_start, mrr_end) AS gross_revenue_churn FROM subscriptions",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Gross revenue retention is the part of the starting revenue that the same customers \
            still pay at the end, each of them counted with no more than they paid at the start. Losses \
            and reductions lower it, growth cannot raise it, so it never exceeds 100. Customers who paid \
            nothing at the start are left out.",
        business_insights: "It measures how well a business keeps the revenue it has, regardless of how much \
            more it sells. A low value means that selling more to the base will not help until the reasons \
            for leaving are dealt with. Against the share of customers kept, it shows who leaves: if revenue \
            retention is lower, larger accounts leave or many accounts shrink.",
        measurement_approach: "Use the same two billing snapshots as for net retention, with contracts that \
            ended still in them: `grr(customer_id, mrr_start, mrr_end)`. The cap applies to the customer's \
            total, so a customer who swaps one plan for another of the same fee has lost nothing; pass a key \
            of customer and plan to cap each plan. Use twelve months as a rule, or the contract term where \
            it is longer, as nobody can leave in between. Record downgrades on the date they take effect, \
            not the date of the request. Treat unpaid but running contracts alike in both snapshots. Credits \
            and negative lines reduce what a customer pays at the end, so remove those that belong to \
            another period from each monthly run.",
        standard_formula: "GRR = 100 × (starting revenue − contraction − churned revenue) ÷ starting \
            revenue",
        trend_analysis: "It moves little, so a fall over three consecutive months deserves attention \
            although each step is small. Contracts that renew in the same month make it jump there; a \
            rolling year smooths that. Expect it to fall for a while after a price rise, when customers \
            who tolerated the old price leave at their renewal.",
        diagnostic_questions: &[
            "How much of the loss is churn and how much is downgrades, by segment?",
            "Which plans and tiers lose the most revenue in proportion to their start?",
            "Do customers with a single plan lose more than customers with several, at equal size?",
            "At what contract age do the losses occur?",
            "Which of the lost accounts had not used the product in the last months before they left?",
        ],
        actionable_tips: &[
            "Call the largest accounts whose product usage fell, a quarter before their renewal.",
            "Offer a smaller tier to accounts about to cancel, and count how many of those are still there \
            a year later.",
            "Read the reasons for cancellation by plan, and take the two most frequent ones to product \
            management.",
            "Spread renewal dates so that customer success can look after each of them.",
            "Check onboarding where losses gather in the first contract year.",
        ],
        visualization_suggestions: "A line of the rolling twelve-month value per segment on an axis that \
            ends at 100 and says where it starts. A stacked bar per quarter of the starting revenue: kept, \
            reduced, lost.",
        risk_warnings: "One large departure can move the figure of a small segment by many points, and it \
            says nothing about the others; give the number of customers too. It is blind to growth, so on \
            its own it makes a stagnating base look healthy. Multi-year contracts keep it high until they \
            expire, and revenue under notice still counts as kept. A migration to new customer ids looks \
            like a mass loss.",
        tools_and_technologies: "The billing or subscription system delivers both snapshots, the contract \
            database notice dates and terms. Product telemetry and support tickets explain the losses but \
            are not needed for the figure.",
        integration_points: "Customer success is managed by it, as account management is by net retention. \
            It supplies the loss assumption of the budget, and the list of reduced and lost customers behind \
            it belongs in the monthly product review.",
        change_impact: "A higher `churn_rate` lowers it, more so if large accounts leave; `nrr` falls by \
            the same revenue. `upsell_rate` and `cross_sell_rate` leave it unchanged at first and help it \
            later if customers with several products stay longer, which `churn_gap` shows. Falling \
            `product_usage_rate` and `nps` often come months before it falls. `clv` rises with it through \
            a longer lifespan.",
    },
};
