//! Customer satisfaction score.

use crate::define::*;

/// The column of the sample data that holds it.
const SCORE: Arg = Arg {
    column: "csat_score",
    ..Arg::SCORE
};

/// The scale that the form without a limit of its own is made for.
const ONE_TO_FIVE: Scale = Scale {
    lowest: 1.0,
    highest: 5.0,
    otherwise: "For another scale, pass the lowest satisfied score as satisfied_from: csat(score, 8). To \
        count unanswered questions as not satisfied: csat(coalesce(score, 0), 4)",
};

pub const KPI: Kpi = Kpi {
    name: "csat",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "Customer satisfaction score: the share of answers that are satisfied, by default those of 4 and more.",
    unit: Unit::Percent,
    nulls: "A NULL score is not an answer and is not counted. Without satisfied_from, a score outside 1 to 5 is an error.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "customer satisfaction score",
    }],
    forms: &[
        Form {
            args: &[SCORE],
            formula: "100 × scores of 4 and more ÷ scores",
            sql: "SELECT 100.0 * sum(CASE WHEN score >= 4 THEN 1 ELSE 0 END)\n\
                \x20 / nullif(count(score), 0) AS value\n\
                FROM t",
            grain: Grain::Row(RowFold::ScoreAtLeast {
                score: 0,
                from: Count::Fixed(4),
                scale: Some(ONE_TO_FIVE),
            }),
            finish: Finish::Percent,
        },
        Form {
            args: &[SCORE, Arg::SATISFIED_FROM],
            formula: "100 × scores of at least satisfied_from ÷ scores",
            sql: "SELECT 100.0 * sum(CASE WHEN score >= 4 THEN 1 ELSE 0 END)\n\
                \x20 / nullif(count(score), 0) AS value\n\
                FROM t",
            grain: Grain::Row(RowFold::ScoreAtLeast {
                score: 0,
                from: Count::Argument(1),
                scale: None,
            }),
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "What share of the answers is satisfied?",
        sql: "SELECT csat(score) FROM (VALUES (5), (4), (3), (1), (NULL)) AS surveys(score)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some count the top box only, the best answer of the scale.",
            here: "SELECT csat(csat_score, 5) AS top_box\n\
                FROM surveys",
        },
        Convention {
            differs: "Some report the mean of the scores, on the scale of the question instead of in \
                percent.",
            here: "SELECT avg(csat_score) AS mean_score\n\
                FROM surveys",
        },
        Convention {
            differs: "Net satisfaction subtracts the share of dissatisfied answers, here those of 1 and \
                2.",
            here: "SELECT csat(csat_score, 4) - (100 - csat(csat_score, 3)) AS net_satisfaction\n\
                FROM surveys",
        },
        Convention {
            differs: "Some count unanswered questions as not satisfied.",
            here: "SELECT csat(coalesce(csat_score, 0), 4) AS satisfied_of_asked\n\
                FROM surveys",
        },
        Convention {
            differs: "As a measure of cross-selling, some use the satisfaction of customers with several \
                products only.",
            here: "SELECT csat(s.csat_score) AS csat_of_several_products\n\
                FROM surveys AS s\n\
                JOIN (\n\
                \x20 SELECT customer_id FROM orders\n\
                \x20 GROUP BY customer_id HAVING products_per_customer(customer_id, product_id) > 1\n\
                ) AS holders ON holders.customer_id = s.customer_id",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The customer satisfaction score (CSAT) is the share of survey answers that count as \
            satisfied: 4 and 5 on a five-point scale, or from a threshold of your own. Answers are counted, \
            not customers, so a customer who answered three times counts three times. Unanswered questions \
            are left out. It says how satisfied people were with what they were asked about, not whether \
            they will stay or recommend.",
        business_insights: "It shows whether customers are satisfied enough to welcome another offer. \
            Between customers with one and with several products, it shows whether the second product has \
            made things easier or harder for them. By touchpoint, it separates trouble with the product from \
            trouble with delivery or support.",
        measurement_approach: "Take one row per answer from the survey tool, with customer, date, touchpoint \
            and score. `csat(score)` is made for a scale of 1 to 5; `csat(score, satisfied_from)` serves \
            others, say 6 of 7 or 8 of 10, and with 5 of 5 gives the top box. Keep one wording and one scale \
            per figure, and assign answers to months by their own date. Delete answers of staff and tests, \
            and where a link was used twice keep one answer by a fixed rule. To relate it to cross-selling, \
            join the number of products each customer holds and compare the groups. Close a wave before \
            reporting it, as late answers follow reminders, and give the number of answers and the response \
            rate with it.",
        standard_formula: "CSAT = (answers of 4 or 5 on a five-point scale ÷ all answers) × 100",
        trend_analysis: "Expect dips after releases, price changes and late deliveries, and a recovery \
            when the cause is dealt with; a dip that stays is the signal. Wording, channel and moment of \
            the question shift the level as well, so mark such changes on the time axis and begin a new \
            series. A share that holds while the answers get fewer may mean that the unhappy have stopped \
            replying.",
        diagnostic_questions: &[
            "At which touchpoint and for which product do the scores below 4 cluster?",
            "Are customers with several product lines as satisfied as those with one, inside the same \
                segment?",
            "Did the response rate change together with the score, by survey channel?",
            "Are the missing points made of 3s or of 1s, and has that mix changed?",
            "How do answers in the first thirty days after a cross-sell compare with later ones?",
        ],
        actionable_tips: &[
            "Phone everybody who gave 1 or 2 within two working days and file the cause under a short \
                list of codes.",
            "Hold back offers from customers whose latest answer was below 4 until their case is closed.",
            "If holders of a second product score lower, repair its handover and setup before the next \
                campaign for it.",
            "Work first on the touchpoint with the most unsatisfied answers, which need not be the one \
                with the lowest share.",
        ],
        visualization_suggestions: "A stacked 100 % column per month with the scores from 1 to 5, so that \
            the scores below the threshold are visible too. Per touchpoint, a dot with its 95 % interval, \
            sorted, and the number of answers beside the name.",
        risk_warnings: "Those who answer are not a random sample, and a change in who is asked can look like \
            a change in satisfaction. A table that mixes scales misleads: 4 of 10 counts as satisfied under \
            the default threshold, and only a score above 5 stops the query. Bonuses on the score invite \
            asking only happy customers. Forty of fifty satisfied answers are 80 % with a 95 % interval from \
            about 67 to 89 %, and repeated answers of one customer are not independent, which makes the true \
            interval wider still.",
        tools_and_technologies: "Answers sit in the survey tool, or in the rating field of the help \
            desk's tickets. Have them exported with the customer number, since anonymous answers cannot \
            be split by products held.",
        integration_points: "Write the latest score and its date to the account in the CRM, where sellers \
            see it before they make an offer. Route low scores to the ticket queue, and show the score \
            per product line in the product team's monthly review.",
        change_impact: "After a single incident it reacts sooner than `nps`, which judges the whole \
            relationship. Where switching is easy, expect a lasting fall to be followed by a lower \
            `repeat_purchase_rate` and a higher `churn_rate`. Higher `implementation_success_rate` and \
            `product_usage_rate` are ways to raise it, and satisfied customers tend to give a better \
            `cross_sell_conversion_rate` and `upsell_rate`.",
    },
};
