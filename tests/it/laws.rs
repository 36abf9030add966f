//! Laws that hold for every KPI.
