//! What messages call the settings of a session: a program has `--memory-limit`, a Python class `memory_limit=`.

/// The words of the program or package that a person uses.
#[derive(Debug, Clone, Copy)]
pub struct Face {
    /// The setting for the memory that queries may fill.
    pub memory_limit: &'static str,
    /// The setting for the number of threads.
    pub threads: &'static str,
    /// The setting for the folder of what does not fit into memory.
    pub spill_dir: &'static str,
    /// The setting for how much may be written there.
    pub spill_limit: &'static str,
    /// The setting for the number of rows that are looked at to find types, with a number `N`.
    pub infer_rows: &'static str,
    /// The setting that has the files of a Delta, Hudi, Iceberg or Paimon table read as they are.
    pub raw_files: &'static str,
    /// How a table `NAME` of one's own is given its path.
    pub own_table: &'static str,
    /// What is said of a table `NAME` that was found at `PATH` in a folder nobody chose.
    pub own_table_instead: &'static str,
    /// How a `$NAME` in a statement is given its value.
    pub parameter: &'static str,
    /// That a session only reads, by which setting, and which tables it has.
    pub read_only: &'static str,
}

impl Face {
    /// How the table of this name is given its path.
    pub(in crate::session) fn own_table(&self, name: &str) -> String {
        self.own_table.replace("NAME", name)
    }

    /// How the table of this name is given another path.
    pub(in crate::session) fn own_table_instead(&self, name: &str) -> String {
        self.own_table_instead.replace("NAME", name)
    }

    /// How the parameter of this name is given its value.
    pub(in crate::session) fn parameter(&self, name: &str) -> String {
        self.parameter.replace("NAME", name)
    }
}

/// Words for tests.
#[cfg(test)]
pub(in crate::session) const FACE: Face = Face {
    memory_limit: "",
    threads: "",
    spill_dir: "",
    spill_limit: "",
    infer_rows: "",
    raw_files: "",
    own_table: "",
    own_table_instead: "",
    parameter: "",
    read_only: "",
};
