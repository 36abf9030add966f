"""The package is what its files say."""

import ast
import inspect
import subprocess
import sys
import typing
from importlib import metadata, resources

import pytest

import kpi_sql
from conftest import REPOSITORY
from kpi_sql import _native


def test_the_wheel_is_tested_and_not_the_checkout():
    assert "site-packages" in kpi_sql.__file__


def test_the_version_is_that_of_the_rust_crate():
    versions = set()
    for manifest in [REPOSITORY / "Cargo.toml", REPOSITORY / "python/Cargo.toml"]:
        lines = manifest.read_text().splitlines()
        versions.add(next(line.split('"')[1] for line in lines if line.startswith("version = ")))
    assert versions == {kpi_sql.__version__} == {metadata.version("kpi-sql")}


def test_the_licence_comes_along():
    texts = [file.read_text() for file in metadata.files("kpi-sql") if file.name == "LICENSE"]
    assert texts == [(REPOSITORY / "LICENSE").read_text()]


def test_the_stubs_say_what_the_native_half_has():
    stub = ast.parse(resources.files(kpi_sql).joinpath("_native.pyi").read_text())
    told = {}
    for node in stub.body:
        if isinstance(node, ast.ClassDef):
            told[node.name] = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            told[node.name] = set()
        elif isinstance(node, ast.AnnAssign):
            told[node.target.id] = set()
    public = {name for name in dir(_native) if not name.startswith("_") or name == "__version__"}
    assert set(told) == public
    for name, methods in told.items():
        there = getattr(_native, name)
        if isinstance(there, type):
            own = {method for method in vars(there) if method not in ("__new__", "__doc__", "__module__")}
            assert {m for m in methods if m != "__init__"} == own - {"__init__"}, name


def test_the_stubs_of_the_functions_have_all_of_them():
    stub = ast.parse(resources.files(kpi_sql).joinpath("functions.pyi").read_text())
    told = {node.name for node in stub.body if isinstance(node, ast.FunctionDef)}
    told |= {node.targets[0].id for node in stub.body if isinstance(node, ast.Assign)}
    assert told == set(kpi_sql.functions.__all__) and len(told) > 100


def test_types_are_checked_without_complaint(tmp_path):
    # Altair and the frames have no types of their own that could be checked here.
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--ignore-missing-imports", "--follow-imports=silent", "--disallow-untyped-defs", "-p", "kpi_sql"],
        capture_output=True, text=True, cwd=tmp_path,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_both_ways_to_register_take_the_same_options():
    overloads = typing.get_overloads(kpi_sql.register)
    of_table = next(inspect.signature(call) for call in overloads if "name" in inspect.signature(call).parameters)
    options = [name for name in inspect.signature(kpi_sql.Session.register).parameters if name != "self"]
    assert list(of_table.parameters) == options


def test_every_public_name_has_a_docstring():
    for name in kpi_sql.__all__:
        if name != "__version__":
            assert getattr(kpi_sql, name).__doc__, name
    for owner in (kpi_sql.Session, kpi_sql.Result):
        for name, member in vars(owner).items():
            if not name.startswith("_"):
                assert member.__doc__, name


def test_an_import_brings_no_other_package():
    """What is slow to import is imported when it is used."""
    code = "import sys; before = set(sys.modules); import kpi_sql; print(*{m.partition('.')[0] for m in set(sys.modules) - before})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "kpi_sql" in loaded
    for package in ("pandas", "polars", "pyarrow", "numpy", "datafusion", "altair", "IPython"):
        assert package not in loaded


def test_an_unknown_name_is_no_module():
    with pytest.raises(AttributeError, match="kpi_sql.*no attribute 'functoins'"):
        kpi_sql.functoins
