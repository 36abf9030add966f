//! What may use what: the table in `docs/architecture.md`, held against the imports of every file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = vec![];
    let mut open = vec![root];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("the folder can be read");
            open.extend(entries.map(|entry| entry.expect("the entry can be read").path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("source is UTF-8");
            files.push((path, text));
        }
    }
    assert!(!files.is_empty(), "{folder} holds no code");
    files
}

/// The code of a file: no comments, and nothing below its unit tests.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.trim_start().starts_with("//"))
}

/// A path of modules: `fold`, `keys`, `lists`.
type Module = Vec<String>;

/// What a module uses.
struct Uses {
    /// Modules of this crate.
    modules: BTreeSet<Module>,
    /// Paths of other crates.
    of_others: BTreeSet<Vec<String>>,
}

/// The modules of `src` with their files: `fold::keys::lists`, and nothing for the crate itself. Unit tests use what they like.
fn modules() -> BTreeMap<Module, PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = rust_files("src").into_iter().map(|(path, _)| path);
    let files = files.filter(|path| !path.ends_with("main.rs") && !path.ends_with("tests.rs"));
    let modules = files.map(|path| {
        let relative = path.strip_prefix(&root).expect("it is in src");
        let mut names: Vec<String> = relative
            .with_extension("")
            .iter()
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.pop_if(|last| last == "mod" || last == "lib");
        (names, path)
    });
    modules.collect()
}

/// The paths that a file names, from the root of the crate, and those of other crates.
struct Named {
    module: Vec<String>,
    own: BTreeSet<Vec<String>>,
    of_others: BTreeSet<Vec<String>>,
}

impl Named {
    fn add(&mut self, path: &[String]) {
        let (up, rest) = path.split_at(path.iter().take_while(|name| *name == "super").count());
        let depth = self.module.len().saturating_sub(up.len());
        let from_here = [&self.module[..depth], rest].concat();
        match path.first().map(String::as_str) {
            Some("crate") => self.own.insert(path[1..].to_vec()),
            Some("super") => self.own.insert(from_here),
            Some("self") => self.own.insert([&self.module, &path[1..]].concat()),
            // A module that is declared here, or another crate.
            Some(_) => {
                self.own.insert(from_here);
                self.of_others.insert(path.to_vec())
            }
            None => false,
        };
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.add(&with(&name.ident)),
            syn::UseTree::Rename(name) => self.add(&with(&name.ident)),
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(before, tree);
                }
            }
        }
    }
}

impl<'a> Visit<'a> for Named {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.add(&names.collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        // Unit tests stand in a module of their file.
        if item.content.is_none() {
            visit::visit_item_mod(self, item);
        }
    }

    // `pub(in crate::fold)` uses nothing.
    fn visit_visibility(&mut self, _: &'a syn::Visibility) {}
}

/// What each module uses.
fn arrows() -> BTreeMap<Module, Uses> {
    let modules = modules();
    let arrows = modules.iter().map(|(module, path)| {
        let text = std::fs::read_to_string(path).expect("source is UTF-8");
        let file = syn::parse_file(&text).expect("source is Rust");
        let mut named = Named {
            module: module.clone(),
            own: BTreeSet::new(),
            of_others: BTreeSet::new(),
        };
        named.visit_file(&file);
        // The longest beginning that is a module; the crate itself only by what it gives.
        let used = named.own.iter().filter_map(|path| {
            let ends = (1..=path.len()).rev();
            let mut beginnings = ends.map(|end| path[..end].to_vec());
            beginnings.find(|path| modules.contains_key(path))
        });
        let used = used.filter(|used| used != module).collect();
        let uses = Uses {
            modules: used,
            of_others: named.of_others,
        };
        (module.clone(), uses)
    });
    arrows.collect()
}

/// Whom a module can reach.
fn reaches(arrows: &BTreeMap<Module, Uses>, from: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Module> = arrows[from].modules.iter().collect();
    while let Some(module) = open.pop() {
        if reached.insert(module.clone()) {
            open.extend(&arrows[module].modules);
        }
    }
    reached
}

#[test]
fn there_are_no_circles() {
    let arrows = arrows();
    let in_circles: Vec<String> = arrows
        .keys()
        .filter(|module| reaches(&arrows, module).contains(*module))
        .map(|module| module.join("::"))
        .collect();
    assert_eq!(in_circles, Vec::<String>::new());
}

/// Rooms that use each other are one room with a wall in it.
#[test]
fn no_rooms_use_each_other_in_a_circle() {
    let rooms: BTreeMap<Module, BTreeSet<Module>> = rooms()
        .into_iter()
        .map(|room| (room.name, room.uses))
        .collect();
    let mut in_a_circle = rooms;
    // Whoever uses nobody that is left leaves; a circle stays.
    loop {
        let before = in_a_circle.len();
        let left: BTreeSet<Module> = in_a_circle.keys().cloned().collect();
        in_a_circle.retain(|_, uses| uses.iter().any(|used| left.contains(used)));
        if in_a_circle.len() == before {
            break;
        }
    }
    let in_circles: Vec<String> = in_a_circle.keys().map(|room| room.join("::")).collect();
    assert_eq!(in_circles, Vec::<String>::new());
}

/// Front pages show what is where, and hold no code. That of the KPIs is their list, of which a macro makes the modules.
#[test]
fn front_pages_hold_no_code() {
    let with_code: Vec<String> = rust_files("src")
        .into_iter()
        .filter(|(path, _)| path.ends_with("mod.rs") && !path.ends_with("src/kpi/mod.rs"))
        .filter(|(_, text)| {
            let file = syn::parse_file(text).expect("source is Rust");
            let is_shown = |item: &syn::Item| match item {
                syn::Item::Mod(module) => module.content.is_none(),
                syn::Item::Use(_) => true,
                _ => false,
            };
            !file.items.iter().all(is_shown)
        })
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert_eq!(with_code, Vec::<String>::new());
}

/// The names of types that a file declares at its top.
fn types(path: &Path, text: &str) -> Vec<(String, String)> {
    let file = syn::parse_file(text).expect("source is Rust");
    let names = file.items.iter().filter_map(|item| match item {
        syn::Item::Struct(item) => Some(&item.ident),
        syn::Item::Enum(item) => Some(&item.ident),
        syn::Item::Trait(item) => Some(&item.ident),
        syn::Item::Type(item) => Some(&item.ident),
        _ => None,
    });
    let place = path.display().to_string();
    names
        .map(|name| (name.to_string(), place.clone()))
        .collect()
}

/// One word, one meaning. A session and the program have an `Error` each, as the users of both expect.
#[test]
fn no_two_types_have_one_name() {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in rust_files("src") {
        for (name, place) in types(&path, &text) {
            places.entry(name).or_default().insert(place);
        }
    }
    places.retain(|name, places| places.len() > 1 && name != "Error");
    assert_eq!(places, BTreeMap::new());
}

/// A line of the table: what a room may use, and what of DataFusion.
struct Room {
    name: Vec<String>,
    uses: BTreeSet<Vec<String>>,
    of_datafusion: String,
}

fn rooms() -> Vec<Room> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let path = |name: &str| -> Vec<String> { name.split("::").map(String::from).collect() };
    let in_ticks = |cell: &str| -> Vec<String> {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(String::from)
            .collect()
    };
    let (_, table) = page.split_once("| room |").expect("the table is there");
    let lines = table.lines().skip(2);
    let lines = lines.take_while(|line| line.starts_with('|'));
    let rooms = lines.map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let name = in_ticks(cells[1]);
        Room {
            name: path(name.first().expect("a room has a name")),
            uses: in_ticks(cells[3]).iter().map(|name| path(name)).collect(),
            of_datafusion: cells[4].to_string(),
        }
    });
    rooms.collect()
}

/// Every import is in the table, and the table has no more.
#[test]
fn the_table_says_what_uses_what() {
    let rooms = rooms();
    let room_of = |module: &[String]| {
        rooms
            .iter()
            .filter(|room| module.starts_with(&room.name))
            .max_by_key(|room| room.name.len())
    };
    let mut found: BTreeMap<&Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for (
        module,
        Uses {
            modules: used,
            of_others,
        },
    ) in arrows()
    {
        // The front page of the crate, and those of folders that have rooms and are none themselves.
        let is_front = rooms
            .iter()
            .any(|room| room.name.len() > module.len() && room.name.starts_with(&module))
            && rooms.iter().all(|room| room.name != module);
        let Some(room) = room_of(&module).filter(|_| !is_front) else {
            assert!(is_front, "{} is in no room", module.join("::"));
            continue;
        };
        let others = used.iter().filter_map(|used| room_of(used));
        let others = others.filter(|other| other.name != room.name);
        let uses = found.entry(&room.name).or_default();
        uses.extend(others.map(|other| other.name.clone()));
        for path in of_others.iter().filter(|path| path[0] == "datafusion") {
            let is_taken = match room.of_datafusion.as_str() {
                "all" => true,
                "arrow" => path.get(1).is_some_and(|name| name == "arrow"),
                _ => false,
            };
            assert!(is_taken, "{} uses {}", module.join("::"), path.join("::"));
        }
    }
    for room in &rooms {
        let name = room.name.join("::");
        assert_eq!(found.get(&room.name), Some(&room.uses), "{name}");
    }
}

/// What the page calls a file is one.
#[test]
fn files_that_the_page_names_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/architecture.md")).expect("the page");
    let named = page.split('`').skip(1).step_by(2);
    let is_path = |name: &&str| name.contains('/') && !name.contains([' ', '<', '*', '(']);
    // What exports write in the place of nothing is none.
    let named = named.filter(|name| is_path(name) && *name != "N/A");
    let folders = ["", "src", "src/engine/operator"].map(|folder| root.join(folder));
    let missing: Vec<&str> = named
        .filter(|name| !folders.iter().any(|folder| folder.join(name).exists()))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// Engine and faces know no KPI by name.
#[test]
fn no_kpi_is_named_outside_its_file() {
    for folder in [
        "src/define",
        "src/fold",
        "src/state",
        "src/statistics",
        "src/engine",
        "src/tables",
        "src/session",
        "src/report",
        "src/cli",
        "python/src",
    ] {
        for (path, text) in rust_files(folder) {
            for line in code(&text) {
                for kpi in kpi_sql::kpi::all() {
                    let named = line.contains(&format!("\"{}", kpi.name));
                    assert!(!named, "{}: {line}", path.display());
                }
            }
        }
    }
}

/// Formatting and lints are checked by `.ci/run`; this finds what they do not.
#[test]
fn nothing_is_left_open() {
    for folder in [
        "src",
        "tests",
        "benches",
        "examples",
        "sample_data",
        "python/src",
    ] {
        for (path, text) in rust_files(folder) {
            for word in ["todo!(", "unimplemented!(", "dbg!(", "#[ignore"] {
                let own = path.ends_with("architecture.rs");
                assert!(own || !text.contains(word), "{}: {word}", path.display());
            }
        }
    }
}
