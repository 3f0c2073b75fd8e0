"""What Chromium gives a screen reader: roles, names, states and the order of the focus, from its accessibility tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import CDPSession, Page

__all__ = ["Node", "focus_order", "nodes_of", "tree_faults"]


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the tree that is not ignored. ``states`` are its properties by Chromium's names."""

    role: str
    name: str
    states: dict[str, object] = field(default_factory=dict)


def nodes_of(page: Page, session: CDPSession) -> list[Node]:
    """Return the nodes of the screen that is shown, in the order in which they are read."""
    found = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in found}
    return list(_in_order(by_id, found[0]["nodeId"]))


def _in_order(nodes: dict[str, dict[str, object]], identifier: str) -> Iterator[Node]:
    node = nodes[identifier]
    if not node.get("ignored"):
        yield Node(_value(node.get("role")), _value(node.get("name")), _states(node))
    children = node.get("childIds")
    for child in children if isinstance(children, list) else ():
        if child in nodes:
            yield from _in_order(nodes, child)


def _value(given: object) -> str:
    return str(given.get("value", "")) if isinstance(given, dict) else ""


def _states(node: dict[str, object]) -> dict[str, object]:
    given = node.get("properties")
    return {one["name"]: one["value"].get("value") for one in given} if isinstance(given, list) else {}


_FOCUS = """() => [...document.querySelectorAll("main button, main summary, main [tabindex]")]
  .filter((one) => one.checkVisibility() && !one.closest("[popover]"))
  .map((one) => ({
    level: one.tabIndex,
    name: one.textContent.trim(),
    part: one.matches(".listen, .language") ? 2 : one.closest(".foot") ? 1 : 0,
  }))"""


def focus_order(page: Page) -> list[tuple[int, int, str]]:
    """Return tabindex, part (0 body, 1 foot, 2 the corner) and name of what can have the focus, in its order."""
    return [(one["level"], one["part"], one["name"]) for one in page.evaluate(_FOCUS)]


_MUST_HAVE_NAMES = {"button", "image", "heading", "group", "region", "DisclosureTriangle", "Iframe", "columnheader"}


def tree_faults(nodes: list[Node], order: list[tuple[int, int, str]]) -> list[str]:
    """Return what a screen reader would miss, or come to in the wrong order."""
    roles = [node.role for node in nodes]
    headings = [node for node in nodes if node.role == "heading" and node.states.get("level") == 1]
    faults = [f"{roles.count('main')} main parts"] if roles.count("main") != 1 else []
    faults += [f"{len(headings)} headings of level 1"] if len(headings) != 1 else []
    faults += [f"a {node.role} without a name" for node in nodes if node.role in _MUST_HAVE_NAMES and not node.name]
    faults += _twice(nodes)
    faults += [f"{name} is before its turn" for level, _, name in order if level > 0]
    parts = [part for _, part, _ in order]
    faults += ["a later part of the screen comes before an earlier one"] if parts != sorted(parts) else []
    if headings and "button" in roles and roles.index("button") < nodes.index(headings[0]):
        faults.append("a button is read before the heading")
    return faults


def _twice(nodes: list[Node]) -> list[str]:
    names = [node.name for node in nodes if node.role == "button"]
    return [f"two buttons have the name {name}" for name in sorted(set(names)) if names.count(name) > 1]
