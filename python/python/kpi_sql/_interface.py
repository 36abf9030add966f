"""Tables of other packages by DataFusion's own interface, `__datafusion_table_provider__`, such as those of Delta.

The interface is that of one major version, and with a table of another one the process would break. Which one it is of can be
asked safely of the package alone.
"""

from __future__ import annotations

import json
from importlib import metadata
from typing import Any

from . import _native
from .errors import TableError


def other_table(session: _native.Session, what: str, name: str, table: Any) -> _native.Table:
    """The table, if it is of the version of DataFusion that is in here."""
    wanted = str(_native.datafusion_major)
    package = _maker_of(table)
    way = f'; register("{name}", table.to_pyarrow_dataset()) reads it through PyArrow' if hasattr(table, "to_pyarrow_dataset") else ""
    made_for = _version(package) if package == "datafusion" else _built_with(package)
    if made_for is None:
        raise TableError(
            f"{what} has __datafusion_table_provider__, and {package} does not say for which version of DataFusion: one of another "
            f"version than {wanted} would end the process{way}"
        )
    if made_for.partition(".")[0] != wanted:
        raise TableError(
            f"{what} is a table of {package} {_version(package) or ''}, which goes with DataFusion {made_for}, and kpi_sql "
            f"{_native.__version__} takes those of DataFusion {wanted}{way}"
        )
    try:
        return session.other_table(what, table)
    except RuntimeError as refused:
        raise TableError(f'{what}: {refused}\n  pip install "datafusion=={wanted}.*" brings what it asks for{way}') from refused


def _maker_of(table: Any) -> str:
    """The package in which the interface of a table is written: a class of somebody's own may be made of it."""
    getter = "__datafusion_table_provider__"
    owner = next((kind for kind in type(table).__mro__ if getter in vars(kind)), type(table))
    module = owner.__module__.partition(".")[0]
    # A package may be installed under another name than it is imported.
    return metadata.packages_distributions().get(module, [module])[0]


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _built_with(package: str) -> str | None:
    """The version of DataFusion's interface that is in a package, as its list of parts has it."""
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.match("*.dist-info/sboms/*.json"):
            parts = json.loads(file.read_text()).get("components", [])
            versions = [str(part.get("version")) for part in parts if part.get("name") == "datafusion-ffi"]
            if versions:
                return versions[0]
    return None
