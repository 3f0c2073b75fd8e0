"""The documentation as the tests read it: README and the pages of ``docs``, their blocks, and the order to follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["BLOCKS", "FOLLOWED", "PAGES", "ROOT", "Block", "block", "commands", "tables"]

ROOT: Final = Path(__file__).parents[2]

FOLLOWED: Final = (
    *("README.md", "docs/install.md", "docs/ja/install.md", "docs/readers.md", "docs/union-office.md"),
    *("docs/decision.md", "docs/staff-desk.md", "docs/officer.md", "docs/operate.md", "docs/simulators.md"),
)
"""The pages whose commands are run, in the order in which somebody follows them on one machine."""

PAGES: Final = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
}
"""The text of every page, by its path in the tree."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. ``language`` is the first word behind the fence, ``name`` the rest; commands to run have none."""

    page: str
    language: str
    name: str
    text: str


def _blocks(page: str) -> list[Block]:
    found = re.findall(r"^```(\w*) ?(.*)\n((?s:.*?))^```$", PAGES[page], re.MULTILINE)
    return [Block(page, *parts) for parts in found]


BLOCKS: Final = [
    block for page in (*FOLLOWED, *(page for page in PAGES if page not in FOLLOWED)) for block in _blocks(page)
]
"""Every block of every page, those of the pages to follow first and in their order."""


def commands() -> list[Block]:
    """Return the blocks of commands that are run, in their order."""
    return [block for block in BLOCKS if not block.language]


def tables() -> list[Block]:
    """Return the examples of settings."""
    return [block for block in BLOCKS if block.language == "toml"]


def block(pattern: str) -> str:
    """Return the text of the one block of commands that ``pattern`` is found in."""
    (found,) = [block.text for block in commands() if re.search(pattern, block.text)]
    return found
