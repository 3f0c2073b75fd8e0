"""The numeric keypad as a table, as a picture, and as a sheet to print: from the table that the page itself reads."""

from __future__ import annotations

from xml.sax.saxutils import escape

from kiosk.web.keypad import KEYPAD, KeypadKey

__all__ = ["DRAWINGS", "keypad_picture", "keypad_sheet", "keypad_table"]

_FONT = "BIZ UDPGothic, Noto Sans CJK JP, sans-serif"


def keypad_table() -> str:
    """Return the rows of the table: each key, its words and hint on the sheet, and what it does."""
    names = ("key", "code", "on the sheet", "found by touch", "on the screen of the 暗証番号", "elsewhere")
    head = f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
    return head + "".join(
        f"| {key.legend} | `{key.code}` | {key.words or key.legend} | {key.touch} | {key.on_pin} | {key.elsewhere} |\n"
        for key in KEYPAD
    )


def keypad_picture() -> str:
    """Return the keypad as SVG, in pixels."""
    return _svg(480, 600, "", 480, 600, _keys(12, 12, 114, "数字キーの図"))


def keypad_sheet() -> str:
    """Return the sheet to print as SVG: A4 upright, the keys larger than life, then how a finger finds them."""
    keys = _keys(22, 46, 41.5, "数字キーの図")
    hints = [key for key in KEYPAD if key.touch]
    lines = "".join(_hint(key, 205 + 9.6 * index) for index, key in enumerate(hints))
    title = _text(105, 24, 11, "数字キーだけで操作できます", weight=700)
    under = _text(105, 36, 6, "画面のボタンは、番号のキーで選びます")
    return _svg(210, 297, "mm", 210, 297, title + under + _scaled(keys) + lines)


def _scaled(keys: str) -> str:
    """Return the keys smaller, so that the hints have their room below."""
    return f'<g transform="translate(32 10) scale(0.7)">{keys}</g>'


def _keys(left: float, top: float, side: float, title: str) -> str:
    return f"<title>{title}</title>" + "".join(_key(key, left, top, side) for key in KEYPAD)


def _key(key: KeypadKey, left: float, top: float, side: float) -> str:
    gap = side * 0.07
    x, y = left + key.column * side, top + key.row * side
    wide, high = key.wide * side - gap, key.high * side - gap
    middle, centre = x + wide / 2, y + high / 2
    box = (
        f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="{gap:g}" fill="#fff" stroke="#1a1a1a" '
        f'stroke-width="{gap / 3:g}"/>'
    )
    if not key.words:
        bar = _bar(middle, centre + side * 0.28, side) if key.touch.endswith("出っぱりのあるキー") else ""
        return box + _text(middle, centre + side * 0.14, side * 0.4, key.legend, weight=700) + bar
    return (
        box
        + _text(middle, centre - side * 0.04, side * 0.2, key.legend)
        + _text(middle, centre + side * 0.24, side * (0.2 if len(key.words) < 5 else 0.17), key.words, weight=700)
    )


def _bar(middle: float, y: float, side: float) -> str:
    """Return the raised bar that the 5 has."""
    wide, high = side * 0.24, side * 0.05
    return f'<rect x="{middle - wide / 2:g}" y="{y:g}" width="{wide:g}" height="{high:g}" fill="#1a1a1a"/>'


def _hint(key: KeypadKey, y: float) -> str:
    words = f"「{key.words or key.legend}」（{key.legend}）" if key.words else f"「{key.legend}」"
    return _text(24, y, 6.4, f"{words}　{key.touch}", anchor="start")


def _text(x: float, y: float, size: float, words: str, *, weight: int = 400, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="#1a1a1a">{escape(words)}</text>'
    )


def _svg(width: float, height: float, unit: str, across: float, down: float, inside: str) -> str:
    body = inside.replace("><", ">\n<")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}{unit}" height="{height:g}{unit}" '
        f'viewBox="0 0 {across:g} {down:g}" font-family="{_FONT}" role="img">\n'
        f'<rect width="{across:g}" height="{down:g}" fill="#fff"/>\n{body}\n</svg>\n'
    )


DRAWINGS = {"docs/pictures/keypad.svg": keypad_picture, "docs/pictures/keypad-sheet.svg": keypad_sheet}
"""The drawings that ``python -m tests.docs`` writes."""
