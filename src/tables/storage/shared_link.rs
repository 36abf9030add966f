//! Shared spreadsheets by the address that a browser shows. It is that of a page; the file has another one.

/// A page of a spreadsheet, and the file behind it.
pub(crate) struct SharedLink {
    /// The address of the file.
    pub file: String,
    /// What a reader should know.
    pub note: String,
}

impl SharedLink {
    /// The file behind an address, if it is the address of a page.
    pub fn of(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        if !matches!(scheme, "http" | "https") {
            return None;
        }
        let (sent, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (place, query) = sent.split_once('?').unwrap_or((sent, ""));
        let (host, path) = place.split_once('/')?;
        let page = SharedPage {
            part: fragment,
            base: format!("{scheme}://{host}"),
            path: path.split('/').filter(|name| !name.is_empty()).collect(),
            query: parts(query),
            fragment: parts(fragment),
        };
        let (file, is) = match host {
            "docs.google.com" => page.of_google()?,
            "www.dropbox.com" | "dropbox.com" => page.of_dropbox()?,
            _ if host.ends_with(".sharepoint.com") => page.of_sharepoint()?,
            _ => return None,
        };
        let shown = |address: &str| address.split(['?', '#']).next().map(str::to_string);
        let note = format!("{} is {is}", shown(address)?);
        Some(Self { file, note })
    }
}

/// An address, taken apart.
struct SharedPage<'a> {
    base: String,
    path: Vec<&'a str>,
    query: Vec<&'a str>,
    fragment: Vec<&'a str>,
    /// The same as a whole: a sheet of a workbook, or a file of an archive.
    part: &'a str,
}

/// The parts of `a=1&b=2`.
fn parts(text: &str) -> Vec<&str> {
    text.split('&').filter(|part| !part.is_empty()).collect()
}

impl SharedPage<'_> {
    /// `/spreadsheets/d/ID/edit#gid=7`, and of what is published `/spreadsheets/d/e/ID/pubhtml?gid=7`.
    fn of_google(&self) -> Option<(String, String)> {
        let below = match self.path.as_slice() {
            ["spreadsheets", "u", _, rest @ ..] | ["spreadsheets", rest @ ..] => rest,
            _ => return None,
        };
        let (id, call, is_page) = match below {
            ["d", "e", id, page @ ..] => {
                (format!("e/{id}"), "pub?output=csv", self.is_published(page))
            }
            ["d", id, page @ ..] => (
                (*id).to_string(),
                "export?format=csv",
                matches!(
                    page,
                    [] | ["edit" | "view" | "preview" | "htmlview" | "htmlembed", ..]
                ),
            ),
            _ => return None,
        };
        if !is_page {
            return None;
        }
        // The sheet that is shown stands behind #, which wins over the one that was linked.
        let mut known = self.fragment.iter().chain(&self.query);
        let sheet = known.find_map(|part| part.strip_prefix("gid="));
        let of_sheet = sheet.map(|gid| match call.starts_with("pub") {
            true => format!("&gid={gid}&single=true"),
            false => format!("&gid={gid}"),
        });
        let file = format!(
            "{}/spreadsheets/d/{id}/{call}{}",
            self.base,
            of_sheet.unwrap_or_default()
        );
        let which = match sheet {
            Some(gid) => format!("its sheet gid={gid}"),
            None => "its first sheet (#gid=… at the end names another)".to_string(),
        };
        Some((
            file,
            format!("a page of Google Sheets; {which} is read, as CSV"),
        ))
    }

    fn is_published(&self, page: &[&str]) -> bool {
        let has_form = self.query.iter().any(|part| part.starts_with("output="));
        match page {
            [] | ["pubhtml"] => true,
            ["pub"] => !has_form,
            _ => false,
        }
    }

    /// `/scl/fi/ID/orders.csv?rlkey=…&dl=0`: 0 is the page, 1 the file.
    fn of_dropbox(&self) -> Option<(String, String)> {
        let is_shared = matches!(self.path.as_slice(), ["s" | "scl", ..]);
        let is_file = |part: &&str| matches!(*part, "dl=1" | "raw=1");
        if !is_shared || self.query.iter().any(is_file) {
            return None;
        }
        Some((
            self.asked_with("dl=1", |part| !part.starts_with("dl=")),
            "a page of Dropbox; the file behind it is read, dl=1".to_string(),
        ))
    }

    /// `/:x:/g/personal/…?e=…` of OneDrive and SharePoint at work.
    fn of_sharepoint(&self) -> Option<(String, String)> {
        let is_shared = self
            .path
            .first()
            .is_some_and(|first| first.starts_with(':') && first.ends_with(':'));
        if !is_shared || self.query.contains(&"download=1") {
            return None;
        }
        Some((
            self.asked_with("download=1", |_| true),
            "a page of SharePoint; the file behind it is read, download=1".to_string(),
        ))
    }

    /// The address with another word in its query.
    fn asked_with(&self, word: &str, stays: impl Fn(&str) -> bool) -> String {
        let mut query: Vec<&str> = self.query.clone();
        query.retain(|part| stays(part));
        query.push(word);
        let part = match self.part {
            "" => String::new(),
            part => format!("#{part}"),
        };
        let (path, query) = (self.path.join("/"), query.join("&"));
        format!("{}/{path}?{query}{part}", self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::SharedLink;

    const SHEETS: &str = "https://docs.google.com/spreadsheets";

    #[test]
    fn pages_lead_to_their_files() {
        for (page, file) in [
            ("d/1aB/edit#gid=0", "d/1aB/export?format=csv&gid=0"),
            ("d/1aB/edit?gid=5#gid=7", "d/1aB/export?format=csv&gid=7"),
            ("d/1aB/edit?usp=sharing", "d/1aB/export?format=csv"),
            ("u/1/d/1aB/view?gid=5", "d/1aB/export?format=csv&gid=5"),
            ("d/1aB", "d/1aB/export?format=csv"),
            (
                "d/e/2PACX-1/pubhtml?gid=3&single=true",
                "d/e/2PACX-1/pub?output=csv&gid=3&single=true",
            ),
            ("d/e/2PACX-1/pub", "d/e/2PACX-1/pub?output=csv"),
        ] {
            let link = SharedLink::of(&format!("{SHEETS}/{page}")).expect(page);
            assert_eq!(link.file, format!("{SHEETS}/{file}"));
        }
        for (page, file) in [
            (
                "https://www.dropbox.com/scl/fi/x1/orders.csv?rlkey=k&dl=0",
                "https://www.dropbox.com/scl/fi/x1/orders.csv?rlkey=k&dl=1",
            ),
            (
                "https://www.dropbox.com/s/x1/orders.csv",
                "https://www.dropbox.com/s/x1/orders.csv?dl=1",
            ),
            (
                "https://shop.sharepoint.com/:x:/g/personal/me/E1?e=abc",
                "https://shop.sharepoint.com/:x:/g/personal/me/E1?e=abc&download=1",
            ),
        ] {
            assert_eq!(SharedLink::of(page).expect(page).file, file);
        }
    }

    #[test]
    fn files_and_other_pages_are_left_alone() {
        for address in [
            "https://docs.google.com/spreadsheets/d/1aB/export?format=csv&gid=0",
            "https://docs.google.com/spreadsheets/d/1aB/gviz/tq?tqx=out:csv",
            "https://docs.google.com/spreadsheets/d/e/2PACX-1/pub?output=xlsx",
            "https://docs.google.com/document/d/1aB/edit",
            "https://www.dropbox.com/scl/fi/x1/orders.csv?rlkey=k&dl=1",
            "https://www.dropbox.com/home/orders.csv",
            "https://shop.sharepoint.com/sites/shop/orders.csv",
            "https://example.com/spreadsheets/d/1aB/edit#gid=0",
            "s3://docs.google.com/spreadsheets/d/1aB/edit",
            "docs.google.com/spreadsheets/d/1aB/edit",
        ] {
            assert!(SharedLink::of(address).is_none(), "{address}");
        }
    }

    #[test]
    fn a_note_has_no_query() {
        let link = SharedLink::of("https://www.dropbox.com/s/x1/a.csv?rlkey=secret&dl=0");
        let note = link.expect("it is one").note;
        assert!(!note.contains("secret"), "{note}");
    }
}
