"""What README and ``docs`` say is there: links, paths, settings, commands, codes, the words of the screens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import pytest
import typer.main
from pydantic import BaseModel
from typer.core import TyperGroup

from kiosk import __version__
from kiosk.cli import app as kiosk
from kiosk.failures import Code
from kiosk.issuance import read_plan
from kiosk.settings import Settings
from kiosk.settings_section import by_key
from simulators.cli import app as simulate
from tests.docs.generated import GENERATED, SECTION, filled
from tests.docs.pages import BLOCKS, PAGES, ROOT, Block

GUIDES = {name: text for name, text in PAGES.items() if name not in {"CHANGELOG.md", "docs/handbook.md"}}

CODE = [
    path
    for folder in (".ci", "drivers", "kiosk", "script", "simulators", "tests")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and not {"__pycache__", "corpus", "golden"} & set(path.parts)
    if path.suffix not in {".png", ".wav", ".opus", ".pem", ".gz", ".xml"}
] + [ROOT / "pyproject.toml"]


def prose(text: str) -> str:
    """Return the text of a page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def spans(text: str) -> Iterator[str]:
    """Yield what a page sets as code within its text."""
    yield from re.findall(r"`([^`\n]+)`", prose(text))


def test_the_readme_is_a_page() -> None:
    lines = PAGES["README.md"].splitlines()
    assert len(lines) <= 120
    assert re.search("[ぁ-ん]", "".join(lines[1:4]))


@pytest.mark.parametrize("page", PAGES)
def test_generated_sections_are_those_of_the_code(page: str) -> None:
    assert filled(PAGES[page]) == PAGES[page], "write them again: python -m tests.docs"


def test_every_section_that_can_be_generated_is_in_a_page() -> None:
    assert sorted(name for text in PAGES.values() for _, name, _ in SECTION.findall(text)) == sorted(GENERATED)


# Links


def links(page: str) -> list[str]:
    found = re.findall(r"\]\(([^)\s]+)\)", prose(PAGES[page]))
    return [link for link in found if not link.startswith(("http://", "https://"))]


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), link


def test_every_page_is_reached_from_the_readme() -> None:
    reached, left = set(), ["README.md"]
    while left:
        page = left.pop()
        if page in PAGES and page not in reached:
            reached.add(page)
            paths = (((ROOT / page).parent / link.partition("#")[0]).resolve() for link in links(page))
            left += [str(path.relative_to(ROOT)) for path in paths]
    assert reached == set(PAGES)


def test_every_picture_is_shown() -> None:
    shown = {((ROOT / page).parent / link).resolve() for page in PAGES for link in links(page)}
    assert set((ROOT / "docs/pictures").iterdir()) <= shown


# What is cited


def missing(path: Path) -> Iterator[str]:
    """Yield the documents that a file names and that are neither beside it nor in the tree under this path."""
    for name in set(re.findall(r"[\w./-]*\w\.md\b", path.read_text("utf-8"))):
        if not any((place / name).is_file() for place in (ROOT, path.parent)):
            yield f"{path.relative_to(ROOT)}: {name}"


def test_every_document_that_is_cited_is_there() -> None:
    assert [line for path in CODE for line in missing(path)] == []


@pytest.mark.parametrize("page", GUIDES)
def test_paths_are_there(page: str) -> None:
    for span in spans(PAGES[page]):
        if re.fullmatch(r"(docs|drivers|kiosk|script|simulators|tests)/[\w./-]*", span.partition(" ")[0]):
            assert (ROOT / span.partition(" ")[0]).exists(), span


def keys(section: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, field in by_key(section).items():
        yield above + name
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys(kind, f"{above}{name}.")
        for table in get_args(kind):
            if isinstance(table, type) and issubclass(table, BaseModel):
                yield from keys(table, f"{above}{name}.")


@pytest.mark.parametrize("page", GUIDES)
def test_settings_are_real(page: str) -> None:
    known = set(keys(Settings))
    sections = {key.partition(".")[0] for key in known if "." in key}
    for span in spans(PAGES[page]):
        name = span.partition(" ")[0]
        if re.fullmatch(r"[a-z_]+\.[a-z_]+", name) and name.partition(".")[0] in sections:
            assert name in known, span


@pytest.mark.parametrize("page", GUIDES)
def test_commands_are_real(page: str) -> None:
    programs = {"kiosk": typer.main.get_command(kiosk), "simulate": typer.main.get_command(simulate)}
    for span in spans(PAGES[page]):
        program, *words = span.split()
        if program in programs and words:
            assert_takes(programs[program], words, span)


def assert_takes(command: Any, words: list[str], said: str) -> None:
    """Say that a command has the sub-commands and options that it is given."""
    while isinstance(command, TyperGroup) and words and re.fullmatch("[a-z]+", words[0]):
        assert words[0] in command.commands, said
        command = command.commands[words.pop(0)]
    options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    assert {word for word in words if word.startswith("--") and len(word) > 2} <= options, said


@pytest.mark.parametrize("page", GUIDES)
def test_failure_codes_are_real(page: str) -> None:
    assert set(re.findall(r"\b[RCPNS]-\d\d\b", PAGES[page])) <= {code.value for code in Code}


@pytest.mark.parametrize("block", [one for one in BLOCKS if one.language == "json"], ids=lambda one: one.page)
def test_examples_of_json_are_json(block: Block) -> None:
    assert isinstance(json.loads(block.text), dict)


# The words of the screens


@pytest.mark.parametrize(
    "page",
    [*("docs/clinic.md", "docs/staff-desk.md", "docs/officer.md"), *sorted(page for page in PAGES if "/ja/" in page)],
)
def test_what_is_quoted_of_a_screen_stands_on_one(page: str) -> None:
    texts = "".join(
        path.read_text("utf-8") for path in (ROOT / "kiosk").rglob("*") if path.suffix in {".py", ".html", ".js"}
    )
    elsewhere = {"顔認証付きカードリーダー"}
    quoted = set(re.findall("「([^」]+)」", prose(PAGES[page]))) - elsewhere
    assert sorted(words for words in quoted if words not in texts) == []


# The names and the rooms


def test_the_glossary_says_where_a_name_is_defined() -> None:
    rows = re.findall(r"\| `([\w/.]+)`: `(\w+)` \|$", PAGES["docs/glossary.md"], re.MULTILINE)
    assert len(rows) == len(re.findall(r"^\| ", PAGES["docs/glossary.md"], re.MULTILINE)) - 1
    lost = [(path, name) for path, name in rows if not re.search(rf"\b{name}\b", (ROOT / path).read_text("utf-8"))]
    assert lost == []


def test_the_architecture_names_every_room() -> None:
    named = set(re.findall(r"^\| `(kiosk/\w+)`", PAGES["docs/architecture.md"], re.MULTILINE))
    rooms = {f"kiosk/{path.name}" for path in (ROOT / "kiosk").iterdir() if path.is_dir() and path.name[0] != "_"}
    (drawing,) = [one.text for one in BLOCKS if one.page == "docs/architecture.md" and one.language == "mermaid"]
    drawn = set(
        re.findall(r"^ +([a-z]+) (?:--|-\.)", drawing.partition("subgraph kiosk")[2].partition("end\n")[0], re.M)
    )
    assert rooms == named
    assert {f"kiosk/{room}" for room in drawn - {"worker"}} <= rooms


def test_the_example_of_a_plan_is_one() -> None:
    (example,) = [one.text for one in BLOCKS if one.name == "plan"]
    (line,) = read_plan(BytesIO(example.encode()))
    assert line.to_json() == json.loads(example)


@pytest.mark.parametrize("block", [one for one in BLOCKS if one.language == "sh"], ids=lambda one: one.page)
def test_commands_that_are_not_run_have_their_programs(block: Block) -> None:
    plain = {"git", "cd"}
    for line in block.text.splitlines():
        words = line.split()
        assert words[0] in plain or words[0].startswith(".venv/bin/") or (ROOT / words[0]).is_file(), line
        assert all((ROOT / word).exists() for word in words if word.startswith(("tests/", "docs/", "kiosk/"))), line


def test_the_changelog_begins_with_what_comes_next_and_has_this_version() -> None:
    first, second, *_ = re.findall(r"^## (\S+)", PAGES["CHANGELOG.md"], re.MULTILINE)
    assert (first, second) == ("Unreleased", __version__)
