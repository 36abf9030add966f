//! Markdown as the pages of this repository use it: fenced blocks, links, tables.

use std::path::{Path, PathBuf};

/// A fenced block.
pub struct Block<'a> {
    /// What stands behind the opening fence.
    pub language: &'a str,
    /// The lines between the fences.
    pub lines: Vec<&'a str>,
    /// The number of the line with the closing fence, from 0.
    pub end: usize,
}

/// The fenced blocks of a page.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = vec![];
    let mut open: Option<(&str, Vec<&str>)> = None;
    for (number, line) in text.lines().enumerate() {
        open = match (open, line.strip_prefix("```")) {
            (None, Some(language)) => Some((language, vec![])),
            (Some((language, lines)), Some("")) => {
                let end = number;
                blocks.push(Block {
                    language,
                    lines,
                    end,
                });
                None
            }
            (Some((language, mut lines)), _) => {
                lines.push(line);
                Some((language, lines))
            }
            (None, None) => None,
        };
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// The lines of a page that are not in a block.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    })
}

/// The targets of a page's links.
pub fn links(text: &str) -> Vec<String> {
    let prose: Vec<_> = prose(text).collect();
    let prose = prose.join("\n");
    let targets = prose.split("](").skip(1);
    targets
        .map(|part| part.split(')').next().unwrap_or_default().to_string())
        .collect()
}

/// The places of a page that a link can name after a `#`.
fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// Whether a column's values are numbers, which stand to the right.
pub struct Column {
    pub name: String,
    pub is_numeric: bool,
}

impl Column {
    pub fn text(name: &str) -> Self {
        Column {
            name: name.to_string(),
            is_numeric: false,
        }
    }
}

/// A table whose columns are aligned in the source as well.
pub fn table(columns: &[Column], rows: &[Vec<String>]) -> String {
    let escaped = |cell: &str| cell.replace('|', "\\|").replace('\n', " ");
    let header: Vec<_> = columns.iter().map(|c| escaped(&c.name)).collect();
    let rows: Vec<Vec<_>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| escaped(cell)).collect())
        .collect();
    let width = |position: usize| {
        let cells = rows.iter().map(|row| &row[position]);
        let cells = cells.chain([&header[position]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns.len()).map(|i| width(i).max(3)).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(columns).zip(&widths);
        let padded = padded.map(|((cell, column), width)| match column.is_numeric {
            true => format!(" {cell:>width$} |"),
            false => format!(" {cell:<width$} |"),
        });
        format!("|{}\n", padded.collect::<String>())
    };
    let rule = columns.iter().zip(&widths);
    let rule = rule.map(|(column, width)| match column.is_numeric {
        true => format!("{}:|", "-".repeat(width + 1)),
        false => format!("{}|", "-".repeat(width + 2)),
    });
    let mut text = line(&header) + &format!("|{}\n", rule.collect::<String>());
    text.extend(rows.iter().map(|row| line(row)));
    text
}

/// Every page of the repository that people read.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = ["README.md", "CHANGELOG.md"]
        .map(|page| root.join(page))
        .to_vec();
    let mut open = ["benches", "docs", "examples", "queries", "sample_data"]
        .map(|folder| root.join(folder))
        .to_vec();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages
}

#[test]
fn links_lead_somewhere() {
    let mut seen = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("pages are UTF-8");
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => page.clone(),
                path => page.parent().expect("a page is in a folder").join(path),
            };
            assert!(target.exists(), "{}: {link}", page.display());
            if !anchor.is_empty() {
                let there = std::fs::read_to_string(&target).expect("pages are UTF-8");
                let is_there = anchors(&there).iter().any(|known| known == anchor);
                assert!(is_there, "{}: {link}", page.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 100, "only {seen} links were found");
}

#[test]
fn tables_are_aligned() {
    let columns = [
        Column::text("a"),
        Column {
            name: "number".into(),
            is_numeric: true,
        },
    ];
    let rows = [["x | y", "1"], ["long enough", "20"]].map(|row| row.map(String::from).to_vec());
    assert_eq!(
        table(&columns, &rows),
        "| a           | number |\n\
         |-------------|-------:|\n\
         | x \\| y      |      1 |\n\
         | long enough |     20 |\n"
    );
}
