"""One idea, one name: no public class name is defined in two places of the house."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOUSE = ("drivers", "kiosk", "simulators")


def test_no_class_name_is_defined_twice() -> None:
    found = Counter(class_names())
    assert {name for name, count in found.items() if count > 1} == set()


def class_names() -> Iterator[str]:
    """Yield the name of each class of the three packages; names that begin with ``_`` belong to their module alone."""
    for file in (file for package in HOUSE for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name
