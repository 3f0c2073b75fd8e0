"""``python -m tests.docs``: writes the generated sections of the pages, the table of settings and the handbook."""

from __future__ import annotations

from kiosk.failures import handbook
from kiosk.settings_table import settings_table
from tests.docs.generated import filled
from tests.docs.keypad import DRAWINGS
from tests.docs.pages import PAGES, ROOT


def main() -> None:
    for name, text in PAGES.items():
        if (new := filled(text)) != text:
            (ROOT / name).write_text(new, "utf-8")
    (ROOT / "docs/settings.md").write_text(settings_table(), "utf-8")
    (ROOT / "docs/handbook.md").write_text(handbook(), "utf-8")
    for name, drawing in DRAWINGS.items():
        (ROOT / name).write_text(drawing(), "utf-8")


if __name__ == "__main__":
    main()
