"""What the tests have in common: sessions over the sample data, and the real data beside the repository."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import kpi_sql

REPOSITORY = Path(__file__).parents[2]
SAMPLE = REPOSITORY / "sample_data"


@pytest.fixture
def session() -> kpi_sql.Session:
    """A session of its own, with nothing in it."""
    return kpi_sql.Session()


@pytest.fixture
def sample() -> kpi_sql.Session:
    """A session over the sample data."""
    return kpi_sql.Session(SAMPLE)


def shared_data() -> Path | None:
    """The real data beside the repository, if it is there; with KPI_SQL_REQUIRE_SHARED it must be."""
    folder = REPOSITORY / "../shared/data"
    if folder.is_dir():
        return folder
    if "KPI_SQL_REQUIRE_SHARED" in os.environ:
        raise FileNotFoundError(f"KPI_SQL_REQUIRE_SHARED is set, but there is no folder {folder}")
    return None


def pytest_terminal_summary(terminalreporter: object) -> None:
    if shared_data() is None:
        print("\nNOT TESTED: ../shared/data is missing, the tests on real data were left out", file=sys.stderr)
