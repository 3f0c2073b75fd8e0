"""The table of the settings says what the settings are."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

import kiosk
from kiosk.reader_plugins import installed_plugins
from kiosk.settings import settings_with
from kiosk.settings_section import by_key
from kiosk.settings_table import settings_table

ROWS = [line for line in settings_table().splitlines() if line.startswith("| `")]


def leaves(section: type[BaseModel], above: str = "") -> set[str]:
    found = set()
    for name, field in by_key(section).items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= leaves(kind, f"{above}{name}.")
        elif tables := [one for one in get_args(kind) if isinstance(one, type) and issubclass(one, BaseModel)]:
            found |= leaves(tables[0], f"{above}{name}.")
        else:
            assert field.description, name
            found.add(above + name)
    return found


def test_it_is_the_one_in_the_tree() -> None:
    written = (Path(kiosk.__file__).parents[1] / "docs/settings.md").read_text("utf-8")
    assert written == settings_table(), "write it anew: kiosk settings > docs/settings.md"


def test_every_setting_stands_in_it_once() -> None:
    keys = [row.split("`")[1] for row in ROWS]
    assert len(keys) == len(set(keys))
    assert set(keys) == leaves(settings_with(installed_plugins()))


@pytest.mark.parametrize(
    "row",
    [
        "| `visit.idle_limit` | `KIOSK_VISIT__IDLE_LIMIT` | number, more than 0, at most 3600 | `60.0` |",
        "| `visit.extensions` | `KIOSK_VISIT__EXTENSIONS` | whole number, 1 to 100 | `10` |",
        "| `identity.trust` | `KIOSK_IDENTITY__TRUST` | list (path) | `[]` |",
        '| `profile` | `KIOSK_PROFILE` | `"clinic"` or `"union_office"` | `"clinic"` |',
        "| `webhook.url` | `KIOSK_WEBHOOK` | text | – |",
        "| `webhook.keep_hours` | `KIOSK_WEBHOOK` | whole number, 1 to 720 | `72` |",
        '| `webhook.events` | `KIOSK_WEBHOOK` | list (`"visit.finished"`), at least 1 of them | `["visit.finished"]` |',
        "| `site_key_file` | `KIOSK_SITE_KEY_FILE` | path | – |",
        "| `staff.hosts` | `KIOSK_STAFF__HOSTS` | list (text), at most 16 of them | `[]` |",
        '| `insurer_number` | `KIOSK_INSURER_NUMBER` | text, `^([0-9]{6}\\|[0-9]{8})$` | `"133033"` |',
    ],
)
def test_type_bounds_and_default(row: str) -> None:
    assert [found for found in ROWS if found.startswith(row)]
