//! A script as a report reads it: a title, texts and directives in its comments, which mean nothing to a run without a report.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer, Whitespace};

use super::choose::ChartKind;
use super::directives::{self, CommentLine, Directive, Said};
use super::period::Period;
use crate::session::{Error, ErrorKind};

/// What the comments of a script say.
#[derive(Debug, Default)]
pub struct ReportScript {
    /// The first line of the first comment.
    pub title: Option<String>,
    /// The paragraphs below it.
    pub text: Vec<String>,
    /// The paragraphs above each statement.
    pub texts: Vec<Vec<String>>,
    directives: Vec<Directive>,
}

/// A line of a comment that stands above a statement.
struct LineAbove {
    line: u64,
    text: String,
}

impl ReportScript {
    /// Reads the comments of a text called `name` in messages.
    ///
    /// The comment at the top is the title and the text of the report, and its directives are for all statements. What stands right above a
    /// statement is for that one; above the first statement an empty line parts both.
    ///
    /// # Errors
    /// A directive that there is not, that cannot be read, that is there twice, or that stands where nothing follows it.
    pub fn read(name: &str, text: &str) -> Result<Self, Error> {
        let above = lines_above(name, text)?;
        let mut script = ReportScript::default();
        for (statement, lines) in above.iter().enumerate() {
            let mut blocks = blocks(lines);
            let is_last = statement + 1 == above.len();
            if statement == 0 && !blocks.is_empty() {
                let head = blocks.remove(0);
                let mut paragraphs = script.paragraphs(name, head, None)?.into_iter();
                script.title = paragraphs.next();
                script.text = paragraphs.collect();
            }
            let mut texts = vec![];
            for block in blocks {
                texts.extend(script.paragraphs(name, block, Some(statement))?);
            }
            // Below the last statement is none.
            if !is_last {
                script.texts.push(texts);
            }
        }
        let n_statements = script.texts.len();
        let below = |one: &&Directive| one.statement.is_some_and(|n| n >= n_statements);
        match script.directives.iter().find(below) {
            None => Ok(script),
            Some(one) => Err(refused(
                &one.place,
                &one.text,
                "it stands below the last statement; write it above the one that it is for",
            )),
        }
    }

    /// The paragraphs of a comment, without its directives, which are kept. Of the head of a script the first line is one by itself.
    fn paragraphs(
        &mut self,
        name: &str,
        block: &[LineAbove],
        statement: Option<usize>,
    ) -> Result<Vec<String>, Error> {
        let mut paragraphs: Vec<String> = vec![];
        let mut begins = true;
        for LineAbove { line, text } in block {
            let text = text.trim();
            let place = format!("{name}:{line}");
            match directives::read(text).map_err(|why| refused(&place, text, &why))? {
                CommentLine::OfOthers => {}
                CommentLine::Said(said) => {
                    // A chart is that of one result, also where the script has but one comment.
                    let statement = match (&said, statement) {
                        (Said::Chart(_), None) => Some(0),
                        (_, statement) => statement,
                    };
                    let directive = Directive {
                        said,
                        place,
                        text: text.to_string(),
                        statement,
                        is_used: false,
                    };
                    self.add(directive)?;
                }
                CommentLine::Text if text.is_empty() => begins = true,
                CommentLine::Text => {
                    match paragraphs.last_mut() {
                        Some(last) if !begins => {
                            last.push(' ');
                            last.push_str(text);
                        }
                        _ => paragraphs.push(text.to_string()),
                    }
                    // The title is a line.
                    begins = statement.is_none() && paragraphs.len() == 1;
                }
            }
        }
        Ok(paragraphs)
    }

    fn add(&mut self, directive: Directive) -> Result<(), Error> {
        let mut known = self.directives.iter();
        let same = known.find(|known| {
            known.statement == directive.statement && known.said.excludes(&directive.said)
        });
        if let Some(same) = same {
            let why = format!("{} says it already; keep one of both", same.place);
            return Err(refused(&directive.place, &directive.text, &why));
        }
        self.directives.push(directive);
        Ok(())
    }

    /// What a directive says of a statement, which goes before what one says of all. Both are used then.
    fn said<T>(&mut self, statement: usize, read: impl Fn(&Said) -> Option<T>) -> Option<T> {
        let mut of = |wanted: Option<usize>| {
            let mut all = self.directives.iter_mut();
            all.find_map(|one| {
                let found = read(&one.said).filter(|_| one.statement == wanted)?;
                one.is_used = true;
                Some(found)
            })
        };
        let (of_statement, of_all) = (of(Some(statement)), of(None));
        of_statement.or(of_all)
    }

    /// The target of a KPI or column that has one of these names.
    pub fn target(&mut self, statement: usize, names: &[&str]) -> Option<f64> {
        self.said(statement, |said| match said {
            Said::Target { of, value } => {
                let is_named = names.iter().any(|name| name.eq_ignore_ascii_case(of));
                is_named.then_some(*value)
            }
            _ => None,
        })
    }

    /// The period that others are compared with.
    pub fn baseline(&mut self, statement: usize) -> Option<Period> {
        self.said(statement, |said| match said {
            Said::Baseline(period) => Some(period.clone()),
            _ => None,
        })
    }

    /// What is to be drawn.
    pub fn chart(&mut self, statement: usize) -> Option<ChartKind> {
        self.said(statement, |said| match said {
            Said::Chart(kind) => Some(*kind),
            _ => None,
        })
    }

    /// From how many things on a value is told as one.
    pub fn min_n(&mut self, statement: usize) -> Option<u64> {
        self.said(statement, |said| match said {
            Said::MinN(number) => Some(*number),
            _ => None,
        })
    }

    /// Up to when rows are complete.
    pub fn complete_through(&mut self, statement: usize) -> Option<Period> {
        self.said(statement, |said| match said {
            Said::CompleteThrough(period) => Some(period.clone()),
            _ => None,
        })
    }

    /// Refuses directives that nothing followed.
    ///
    /// # Errors
    /// The first of them, and what it could be for.
    pub fn check_used(&self, kpis: &[String]) -> Result<(), Error> {
        let Some(unused) = self.directives.iter().find(|one| !one.is_used) else {
            return Ok(());
        };
        let why = match &unused.said {
            Said::Target { of, .. } => match kpis {
                [] => "no result has a KPI".to_string(),
                kpis => format!("no result has {of} as a KPI; there are {}", kpis.join(", ")),
            },
            Said::Baseline(_) => {
                "no result has periods that could be compared with it: a column of months, say".to_string()
            }
            Said::Chart(_) => "the statement below it has no result".to_string(),
            Said::MinN(_) => "no value is known with how many things it is of; SELECT X_parts(…) in place of X(…), \
                              cross_sell_rate_parts(customer_id, product_id) for example"
                .to_string(),
            Said::CompleteThrough(_) => "no result has periods: a column of months, say".to_string(),
        };
        Err(refused(&unused.place, &unused.text, &why))
    }
}

fn refused(place: &str, text: &str, why: &str) -> Error {
    Error::new(ErrorKind::Syntax, format!("{place}: -- {text}\n  {why}"))
}

/// The comments on lines of their own above each statement, and last those below all of them.
fn lines_above(name: &str, text: &str) -> Result<Vec<Vec<LineAbove>>, Error> {
    let text = text.trim_start_matches('\u{feff}');
    let mut above = vec![vec![]];
    // What the parser has gone over is no surprise to the tokenizer.
    let tokens = Tokenizer::new(&GenericDialect {}, text).tokenize_with_location();
    let mut is_inside = false;
    let mut begins_line = true;
    for token in tokens.unwrap_or_default() {
        let line = token.span.start.line;
        match token.token {
            Token::Whitespace(Whitespace::SingleLineComment { comment, .. }) => {
                let comment = comment.trim_end();
                if begins_line && !is_inside {
                    let lines = above.last_mut().expect("there is one from the beginning");
                    lines.push(LineAbove {
                        line,
                        text: comment.to_string(),
                    });
                } else if directives::is_directive(comment) {
                    return Err(refused(
                        &format!("{name}:{line}"),
                        comment.trim(),
                        "it stands within a statement; write it on a line of its own above the statement",
                    ));
                }
                begins_line = true;
            }
            Token::Whitespace(Whitespace::Newline) => begins_line = true,
            Token::Whitespace(_) => {}
            Token::SemiColon => {
                if is_inside {
                    above.push(vec![]);
                }
                is_inside = false;
                begins_line = false;
            }
            _ => {
                is_inside = true;
                begins_line = false;
            }
        }
    }
    if is_inside {
        above.push(vec![]);
    }
    Ok(above)
}

/// Lines that follow each other.
fn blocks(lines: &[LineAbove]) -> Vec<&[LineAbove]> {
    let blocks = lines.chunk_by(|one, next| one.line + 1 == next.line);
    blocks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACK: &str = "\u{feff}-- How was the month?
-- param: month=NULL
-- target: nps 15
--
-- All figures are of customers
-- who ordered.
--
-- Nothing else.

-- The first one.
-- name: first
SELECT 1; -- a remark: on it
-- chart: table
-- name: second
SELECT '
-- target: nothing 1
;' AS text;
";

    #[test]
    fn comments_are_title_text_and_directives() {
        let mut script = ReportScript::read("pack.sql", PACK).expect("it is right");
        assert_eq!(script.title.as_deref(), Some("How was the month?"));
        assert_eq!(
            script.text,
            ["All figures are of customers who ordered.", "Nothing else."]
        );
        assert_eq!(script.texts, [vec!["The first one.".to_string()], vec![]]);
        assert_eq!(script.target(1, &["net_promoter_score", "nps"]), Some(15.0));
        assert_eq!(
            (script.chart(0), script.chart(1)),
            (None, Some(ChartKind::Table))
        );
        script.check_used(&[]).expect("both were asked for");
    }

    #[test]
    fn one_comment_is_for_all() {
        let text = "-- Title\n-- chart: mix\n-- min-n: 5\nSELECT 1;\nSELECT 2";
        let mut script = ReportScript::read("pack.sql", text).expect("it is right");
        assert_eq!(
            (script.chart(0), script.chart(1)),
            (Some(ChartKind::Mix), None)
        );
        assert_eq!((script.min_n(0), script.min_n(1)), (Some(5), Some(5)));
        assert_eq!(script.texts.len(), 2);
    }

    #[test]
    fn directives_that_nothing_follows_are_errors() {
        let why = |text: &str| {
            let read = ReportScript::read("pack.sql", text);
            read.and_then(|script| script.check_used(&["nps".into()]))
                .expect_err(text)
                .to_string()
        };
        for (text, words) in [
            (
                "-- T\n-- target: csat 5\nSELECT 1",
                "pack.sql:2: -- target: csat 5\n  no result has csat as a KPI; there are nps",
            ),
            (
                "SELECT 1 -- min-n: 30\n;",
                "pack.sql:1: -- min-n: 30\n  it stands within a statement",
            ),
            (
                "SELECT 1;\n-- min-n: 30",
                "pack.sql:2: -- min-n: 30\n  it stands below the last statement",
            ),
            (
                "-- T\n-- min-n: 3\n-- min-n: 4\nSELECT 1",
                "pack.sql:3: -- min-n: 4\n  pack.sql:2 says it already",
            ),
            ("-- T\n-- chrt: mix\nSELECT 1", "did you mean chart?"),
        ] {
            assert!(why(text).contains(words), "{}", why(text));
        }
    }
}
