//! Whether the point of 1.200 is that of decimals or of thousands: other numbers of the file may tell.

/// What the point of 1.200 may be, as the rest of the file has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tables) enum Points {
    /// That of decimals.
    Decimals,
    /// That of decimals, if nobody writes otherwise.
    LikelyDecimals,
    /// That of thousands as well: other numbers have commas of decimals, or semicolons leave room for them.
    MayBeThousands,
}

impl Points {
    /// In files with these delimiters, whose other numbers have commas or points of decimals.
    pub fn of(
        mut delimiters: impl Iterator<Item = u8> + Clone,
        has_commas: bool,
        has_points: bool,
    ) -> Self {
        match (has_commas, has_points) {
            (true, _) => Points::MayBeThousands,
            (false, true) => Points::Decimals,
            (false, false) if delimiters.clone().any(|of| of == b';') => Points::MayBeThousands,
            (false, false) if delimiters.any(|of| of != b',') => Points::LikelyDecimals,
            (false, false) => Points::Decimals,
        }
    }
}
