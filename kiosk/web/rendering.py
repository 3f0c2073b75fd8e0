"""Set up the templates of both pages, the visitor's and the staff's."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from kiosk.web.assets import static_url
from kiosk.web.roominess import roominess

__all__ = ["environment"]

_PARTICLE = re.compile("」[をのとがでにも]")


def environment(templates: Path, **names: object) -> Environment:
    """Return the environment for ``templates``: it escapes everything, treats a missing name as an error, and knows
    ``names``.
    """
    made = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=static_url, **names)
    made.filters["unbroken"] = _unbroken
    made.filters["roominess"] = roominess
    made.filters["with_particles"] = _with_particles
    return made


def _unbroken(name: str) -> Markup:
    """Return a masked name that can break between lines only between two of its parts, and never before its 様."""
    parts = name.replace(" 様", "\N{NO-BREAK SPACE}様").split(" ")
    return Markup(" ").join(Markup('<span class="nb">{}</span>').format(part) for part in parts)


def _with_particles(text: str) -> Markup:
    """Return a heading in which no line begins with the particle behind a name in 「」, which Chromium allows."""
    return Markup(_PARTICLE.sub(r'<span class="particle">\g<0></span>', str(escape(text))))  # noqa: S704
