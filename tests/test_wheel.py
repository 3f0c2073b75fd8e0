"""What a wheel of this project carries: modules that need only what the wheel itself requires."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PATTERNS = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
OWN = {path.name for path in ROOT.iterdir() if path.is_dir() and any(fnmatch(path.name, each) for each in PATTERNS)}
PYTEST_PLUGIN = {"kiosk/pytest_plugin.py", "simulators/pytest_plugin.py"}
"""Only pytest itself loads these."""


def test_no_module_of_the_wheel_imports_playwright() -> None:
    assert {file for file, module in imports() if module in {"playwright", "axe_playwright_python"}} == set()


def test_each_module_of_the_wheel_imports_only_what_the_wheel_requires() -> None:
    installed, required = packages_distributions(), required_by_the_wheel()
    missing = {
        (file, module)
        for file, module in imports()
        if not {normal(name) for name in installed.get(module, [])} & required
        and not (module == "pytest" and file in PYTEST_PLUGIN)
    }
    assert missing == set()


def imports() -> Iterator[tuple[str, str]]:
    """Yield each file of the wheel with each package of others that it imports, wherever in the file."""
    for file in (file for package in OWN for file in (ROOT / package).rglob("*.py")):
        for module in imported(ast.parse(file.read_text("utf-8"))):
            if module not in OWN | sys.stdlib_module_names:
                yield str(file.relative_to(ROOT)), module


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def required_by_the_wheel() -> set[str]:
    """Return the distributions of the run-time set and of the extra for PostgreSQL, and what these require."""
    given = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["postgresql"]]
    installed = {normal(each.name): each.requires or [] for each in distributions()}
    waiting, found = {named(line) for line in given}, set[str]()
    while waiting:
        name = waiting.pop()
        found.add(name)
        lines = [line for line in installed.get(name, []) if "extra ==" not in line]
        waiting |= {named(line) for line in lines} - found
    return found


def named(requirement: str) -> str:
    """Return the distribution's name in a line such as ``psycopg[binary]>=3.3.9,<4``."""
    return normal(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0])


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
