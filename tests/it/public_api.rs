//! What is public is what `docs/public-api.txt` lists: a change that breaks a caller stands in the diff.
//!
//! The list is made from the pages of `cargo doc`, which needs no further tool and no nightly compiler; making them is also
//! the test that they have no broken links and no undocumented items. `KPI_SQL_WRITE_DOCS=1` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::folder;

const LIST: &str = "docs/public-api.txt";

const HEAD: &str = "\
What is public in the crate kpi-sql, made from its documentation.
KPI_SQL_WRITE_DOCS=1 cargo test --test it public_api:: writes it anew.

";

/// Makes the pages; gives their folder.
fn pages() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let target = target.expect("it is in the target folder");
    let output = Command::new(env!("CARGO"))
        .args(["doc", "--quiet", "--locked", "--no-deps", "--lib"])
        .args(["--features", "proto"])
        .current_dir(folder(""))
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTDOCFLAGS", "-D warnings")
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    target.join("doc/kpi_sql")
}

/// The text of HTML on one line.
fn text(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    let text = named
        .iter()
        .fold(text, |text, (name, c)| text.replace(name, c));
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ");
    // Long declarations are folded, behind a button: "{Show 13 fields".
    match text.split_once("{Show ") {
        Some((before, folded)) => {
            let shown = folded.splitn(3, ' ').nth(2).unwrap_or_default();
            format!("{before}{{ {shown}")
        }
        None => text,
    }
}

/// The declaration of an item, and those of its methods.
fn declarations(page: &str) -> Vec<String> {
    let between = |text: &str, start: &str, end: &str| -> Option<String> {
        let (_, rest) = text.split_once(start)?;
        Some(rest.split_once(end)?.0.to_string())
    };
    let mut found = vec![];
    if let Some(item) = between(
        page,
        "<pre class=\"rust item-decl\"><code>",
        "</code></pre>",
    ) {
        found.push(text(&item));
    }
    // What stands below are traits that all types have, or that the compiler derives.
    let of_traits = ["trait", "synthetic", "blanket"];
    let ends = of_traits
        .iter()
        .filter_map(|which| page.find(&format!("id=\"{which}-implementations\"")));
    let own = &page[..ends.min().unwrap_or(page.len())];
    for method in own.split("<section id=\"method.").skip(1) {
        if let Some(header) = between(method, "<h4 class=\"code-header\">", "</h4>") {
            found.push(format!("    {}", text(&header)));
        }
    }
    found
}

/// Every public item, with its path.
fn list(folder: &Path) -> String {
    let all = std::fs::read_to_string(folder.join("all.html")).expect("there is a list of items");
    let links: BTreeSet<_> = all
        .split("<a href=\"")
        .skip(1)
        .filter_map(|link| link.split_once('"'))
        .map(|(link, _)| link)
        .filter(|link| {
            link.ends_with(".html") && !link.starts_with("..") && !link.contains("index")
        })
        .collect();
    let mut text = HEAD.to_string();
    for link in links {
        let page = folder.join(link);
        let page = std::fs::read_to_string(&page).unwrap_or_else(|e| panic!("{link}: {e}"));
        let name = link.trim_end_matches(".html").replace('/', "::");
        text += &format!("{name}\n");
        for declaration in declarations(&page) {
            text += &format!("  {declaration}\n");
        }
    }
    text
}

/// The declarations of each item, in their order.
fn by_item(list: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut items: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut item = "";
    for line in list.lines() {
        match line.strip_prefix("  ") {
            None => item = line,
            Some(declaration) => items.entry(item).or_default().push(declaration),
        }
    }
    items
}

#[test]
fn what_is_public_is_listed() {
    let made = list(&pages());
    assert!(
        made.contains("fn.register\n  pub fn register(ctx: &SessionContext)"),
        "{made}"
    );
    let path = folder(LIST);
    if std::env::var("KPI_SQL_WRITE_DOCS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, &made).expect("the list can be written");
    }
    let listed = std::fs::read_to_string(&path).unwrap_or_default();
    let (listed, made) = (by_item(&listed), by_item(&made));
    let differing = listed
        .keys()
        .chain(made.keys())
        .filter(|item| listed.get(*item) != made.get(*item));
    let differing: BTreeSet<String> = differing
        .map(|item| {
            format!(
                "{item}\nlisted: {:#?}\nthere: {:#?}",
                listed.get(item),
                made.get(item)
            )
        })
        .collect();
    assert!(
        differing.is_empty(),
        "{LIST} is stale. {}\nKPI_SQL_WRITE_DOCS=1 cargo test --test it public_api:: writes it anew",
        differing.into_iter().collect::<Vec<_>>().join("\n")
    );
}
