//! Net promoter score.

use crate::define::*;

/// The column of the sample data that holds it.
const SCORE: Arg = Arg {
    column: "nps_score",
    ..Arg::SCORE
};

pub const KPI: Kpi = Kpi {
    name: "nps",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "Net promoter score: the share of promoters (9 and 10) minus the share of detractors (0 to 6).",
    unit: Unit::Points,
    nulls: "A NULL score is not an answer and is not counted. A score of 0 is a detractor.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "would customers recommend the products?",
    }],
    forms: &[Form {
        args: &[SCORE],
        formula: "100 × (scores of 9 and 10 − scores of 0 to 6) ÷ scores",
        sql: "SELECT 100.0 * sum(CASE WHEN score >= 9 THEN 1 WHEN score <= 6 THEN -1 ELSE 0 END)\n\
            \x20 / nullif(count(score), 0) AS value\n\
            FROM t",
        grain: Grain::Row(RowFold::NetScore {
            score: 0,
            scale: Scale {
                lowest: 0.0,
                highest: 10.0,
                otherwise: "A code for no answer is not a score: nps(CASE WHEN score BETWEEN 0 AND 10 THEN score END)",
            },
            good: 9.0,
            bad: 6.0,
        }),
        finish: Finish::Percent,
    }],
    example: Example {
        question: "How likely are our customers to recommend us?",
        sql: "SELECT nps(score) FROM (VALUES (10), (9), (8), (3), (NULL)) AS surveys(score)",
        answer: "25.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some count each customer once, with the latest answer.",
            here: "SELECT nps(nps_score) AS nps_of_customers\n\
                FROM (\n\
                \x20 SELECT nps_score,\n\
                \x20 row_number() OVER (\n\
                \x20   PARTITION BY customer_id ORDER BY answered_on DESC, survey_id DESC\n\
                \x20 ) AS recency\n\
                \x20 FROM surveys WHERE nps_score IS NOT NULL\n\
                ) AS answers\n\
                WHERE recency = 1",
        },
        Convention {
            differs: "A European variant counts 8 to 10 as promoters and 0 to 5 as detractors.",
            here: "SELECT nps(CASE\n\
                \x20 WHEN nps_score >= 8 THEN 10\n\
                \x20 WHEN nps_score >= 6 THEN 7\n\
                \x20 WHEN nps_score >= 0 THEN 0\n\
                END) AS nps\n\
                FROM surveys",
        },
        Convention {
            differs: "On a scale of 1 to 5, some count 5 as promoters, 4 as passives and the rest as \
                detractors.",
            here: "SELECT nps(CASE\n\
                \x20 WHEN csat_score = 5 THEN 10\n\
                \x20 WHEN csat_score = 4 THEN 7\n\
                \x20 WHEN csat_score <= 3 THEN 0\n\
                END) AS nps\n\
                FROM surveys",
        },
        Convention {
            differs: "Some average the scores of the segments, so that a small segment has as much weight as \
                a large one.",
            here: "SELECT avg(nps) AS mean_of_segments\n\
                FROM (\n\
                \x20 SELECT nps(s.nps_score) AS nps\n\
                \x20 FROM surveys AS s JOIN customers AS c ON c.customer_id = s.customer_id\n\
                \x20 GROUP BY c.segment\n\
                ) AS segments",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The net promoter score (NPS) is the percentage of promoters, who answer 9 or 10, minus \
            the percentage of detractors, who answer 0 to 6, to the question how likely they are to \
            recommend the company or a product. It lies between −100 and 100 points; the passives, 7 and 8, \
            count in the base only. It counts answers, not customers, and it is neither an average score nor \
            a share of anything.",
        business_insights: "It reflects the relationship as a whole, which the rating of a single contact \
            misses. Compared between customers with one and with several product lines it shows whether \
            cross-selling makes advocates or annoyed owners of things they did not need. One score can \
            hide different situations: 50 % promoters with 30 % detractors make 20 points, and so do 20 % \
            with none.",
        measurement_approach: "Use one row per answer with customer, date and a score from 0 to 10. Turn \
            codes such as 99 for no answer into NULL first, since a score outside the scale stops the \
            query with an error. Make sure that the export leaves unanswered questions empty: a NULL is \
            left out, but a 0 is a detractor. Do not mix surveys sent at fixed dates with those triggered \
            by a purchase. If some accounts have many contacts, let each account count once, or state \
            that answers are counted. Quarterly waves are usual; close each before reporting, drop staff \
            and test addresses, and show the number of answers next to the score.",
        standard_formula: "NPS = % promoters (9 to 10) − % detractors (0 to 6)",
        trend_analysis: "With a few hundred answers a move of several points between two quarters is \
            often noise, so look at rolling four quarters. More detractors call for action sooner than \
            promoters who have become passive, though both lower the score. A new survey channel, another \
            moment of asking or a different mix of countries breaks the series, because habits of rating \
            differ.",
        diagnostic_questions: &[
            "Did the number of promoters fall or that of detractors rise, and in which segment?",
            "How do customers with one and with several product lines compare within each segment?",
            "Which roles answered, daily users or those who sign the contract, and has their mix changed?",
            "What do detractors have in common: product line, length of the relationship, representative, \
                open tickets?",
            "How did the scores change among customers who answered in both waves?",
        ],
        actionable_tips: &[
            "Call every detractor whose contract ends within six months, and put the reason into the CRM.",
            "Ask promoters with one product line for a reference and offer them a second line, and \
                measure the conversion of these offers separately.",
            "Read the comments of passives for what keeps them from a 9, and fix the reason named most often \
                in the largest segment.",
            "Where customers with several lines score lower, look at setup and support of the second line \
                before selling more of it.",
        ],
        visualization_suggestions: "A diverging bar per quarter, detractors to the left of zero, \
            promoters to the right, the score as a point with its 95 % interval. Per segment the same \
            bars side by side; avoid a gauge, which shows neither the two shares nor the uncertainty.",
        risk_warnings: "Two shares vary at once, so the interval is wide: 100 answers with 40 promoters and \
            20 detractors give 20 points, plus or minus about 15. Lost customers are no longer asked, so the \
            score can improve because the unhappy ones have left. Scores of segments or months cannot be \
            averaged without weights; compute the total from the answers. As a personal target it leads to \
            coached answers and hand-picked recipients.",
        tools_and_technologies: "Survey and feedback tools send the question and keep the answers; some \
            CRMs do so themselves. The export needs the account, the role of the contact and the date, \
            not only the score.",
        integration_points: "Keep the category and date of the last answer on the CRM account: promoters \
            for reference lists, detractors for the renewal review. Product management needs score and \
            comments per product line, together with the tickets of the same quarter.",
        change_impact: "It commonly moves with `csat`, more slowly and more smoothly. More detractors \
            before a renewal date are a reason to expect a higher `churn_rate` and a lower `nrr` after \
            it, above all in segments where switching is easy. Promoters are more likely to listen to \
            offers, so `cross_sell_conversion_rate` and `upsell_rate` may follow a lasting rise; a higher \
            `cross_sell_rate` won by pressure can lower it.",
    },
};
