"""The walls of the house (docs/architecture.md): imports point down, and each library has its room."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from importlinter.api import use_cases  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "unionoffice"
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module a file imports, wherever the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_imports_point_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert use_cases.lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) is use_cases.SUCCESS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_ui_knows_qt_and_ui_knows_no_database(path: Path) -> None:
    names = imported(path)
    room = path.relative_to(PACKAGE).parts[0]
    if room not in ("ui", "window.py", "bench"):
        assert not {name for name in names if name.startswith("PySide6")}
    if room == "ui":
        assert not {name for name in names if name.startswith(("sqlalchemy", "sqlcipher3", "unionoffice.store"))}
        assert not {name for name in names if name.startswith(("unionoffice.documents", "unionoffice.sync"))}


def test_bulk_sql_stays_in_the_store() -> None:
    """Bulk SQL skips the flush listener and so the change log; writing goes through add, get or add_many."""
    forbidden = re.compile(r"\b(insert|update|delete)\(|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b")
    allowed = {"search.py"}
    for path in (PACKAGE / "services").rglob("*.py"):
        text = re.sub(r"\.(update|insert)\(", "", path.read_text("utf-8"))
        assert path.name in allowed or not forbidden.search(text), path.name


def test_states_change_only_through_workflows() -> None:
    for path in MODULES:
        if path.name in ("workflow.py",) or "ui" in path.parts:
            continue
        assert not re.search(r"(?<!self)\.state = ", path.read_text("utf-8")), path.name


def test_broad_handlers_stand_in_their_places_only() -> None:
    """`Operations`, `jobs`, command line, self-check and self test meet bugs; the others tidy up and raise it again."""
    places = {
        str(path.relative_to(PACKAGE)).replace("\\", "/")
        for path in MODULES
        if re.search(r"except (Base)?Exception\b", path.read_text("utf-8"))
    }
    assert places <= {
        "ui/operations.py",
        "ui/jobs.py",
        "cli.py",
        "self_check/__init__.py",
        "selftest/attempts.py",
        "store/schema.py",
        "services/founding.py",
        "documents/excel/reader.py",
        "documents/excel/writer.py",
    }


def test_no_register_is_named_in_generic_code() -> None:
    named = re.compile(r"if register\.(name|title) ==|if register is (?!not None)")
    for path in MODULES:
        assert not named.search(path.read_text("utf-8")), path.name
