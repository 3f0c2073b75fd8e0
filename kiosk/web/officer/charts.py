"""Draw bars and lines as SVG: pure functions from labels and counts to markup, without a script or a style.

A unit is a CSS pixel at the smallest size; the page may draw a picture larger, never smaller, so text has 16 px at
least. Colours are those of the design tokens by class (`office.css`); each series has a pattern or a dash of its own as
well, and a name in the legend. A hidden count is a mark on the base line, wherever its bar or point would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from kiosk.web.officer.disclosure import Hidden, Shown, number_of

__all__ = ["HIDDEN_MARK", "MOST_SERIES", "WIDTH", "Chart", "ChartSeries", "bars", "lines", "rows"]

WIDTH: Final = 560
"""How wide a picture is; its height goes by its legend or its rows."""

MOST_SERIES: Final = 6
HIDDEN_MARK: Final = "△"
_HIDDEN: Final = f"{HIDDEN_MARK} 伏せた数"

_LEFT, _RIGHT, _TOP, _BASE = 80, 12, 24, 220
_LEGEND, _LEGEND_COLUMN, _LEGEND_COLUMNS, _LINE = 272, 176, 3, 24
_SIGN, _LETTER = 28, 16
_ROW, _BAR, _LONGEST_LABEL = 52, 20, 32


@dataclass(frozen=True, slots=True)
class Chart:
    """What a picture is called (``name`` is for addresses and ids) and what it shows in a sentence."""

    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """The counts of one thing, one for each label of the picture."""

    label: str
    counts: Sequence[Shown]


def bars(chart: Chart, labels: Sequence[str], series: Sequence[ChartSeries]) -> Markup:
    """Return upright bars, the series of a label one on top of the other."""
    _require_fitting(labels, series)
    top = _ceiling([sum(number_of(one.counts[at]) for one in series) for at in range(len(labels))])
    parts = [_axis(top), _labels(labels)]
    for at in range(len(labels)):
        parts.append(_stack(chart, series, at, len(labels), top))
    return _picture(chart, _high(series), [*parts, _legend(chart, series, lined=False)])


def lines(chart: Chart, labels: Sequence[str], series: Sequence[ChartSeries]) -> Markup:
    """Return a line for each series; it is interrupted where a count is hidden."""
    _require_fitting(labels, series)
    top = _ceiling([number_of(count) for one in series for count in one.counts])
    parts = [_axis(top), _labels(labels)]
    parts += [_line(one, number, top) for number, one in enumerate(series)]
    return _picture(chart, _high(series), [*parts, _legend(chart, series, lined=True)])


def rows(chart: Chart, labels: Sequence[str], counts: Sequence[Shown], unit: str) -> Markup:
    """Return a bar that lies under each label, with its count beside the label."""
    _require_fitting(labels, [ChartSeries("", counts)])
    top = _ceiling([number_of(count) for count in counts])
    drawn = [_row(at, label, count, unit, top) for at, (label, count) in enumerate(zip(labels, counts, strict=True))]
    return _picture(chart, max(1, len(labels)) * _ROW, drawn)


def _require_fitting(labels: Sequence[str], series: Sequence[ChartSeries]) -> None:
    if len(series) > MOST_SERIES or any(len(one.counts) != len(labels) for one in series):
        raise ValueError(f"a picture has at most {MOST_SERIES} series, each with a count for every label")


def _picture(chart: Chart, height: int, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="{0}-title {0}-desc" viewBox="0 0 {1} {2}">'
        '<title id="{0}-title">{3}</title><desc id="{0}-desc">{4}</desc>{5}{6}</svg>'
    ).format(chart.name, WIDTH, height, chart.title, chart.description, _patterns(chart), Markup("").join(parts))


def _ceiling(counts: Sequence[int]) -> int:
    """Return the top of the scale: the next 1, 2 or 5 times a power of ten that is even, 10 at least."""
    power = 10
    while True:
        for factor in (1, 2, 5):
            if factor * power >= max(counts, default=0):
                return factor * power
        power *= 10


def _height(count: int, top: int) -> float:
    return round(count / top * (_BASE - _TOP), 1)


def _axis(top: int) -> Markup:
    drawn = Markup("")
    for count in (0, top // 2, top):
        y = _BASE - _height(count, top)
        drawn += Markup('<line class="chart__grid" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
            _LEFT, y, WIDTH - _RIGHT, y
        )
        drawn += _text(_LEFT - 8, y + 6, f"{count:,}", "end")
    return drawn


def _labels(labels: Sequence[str]) -> Markup:
    """Return the labels below the base line; an empty one is left out."""
    drawn = [_text(_middle(at, len(labels)), _BASE + _LINE, label) for at, label in enumerate(labels) if label]
    return Markup("").join(drawn)


def _middle(at: int, places: int) -> float:
    return round(_LEFT + (at + 0.5) * (WIDTH - _LEFT - _RIGHT) / places, 1)


def _stack(chart: Chart, series: Sequence[ChartSeries], at: int, places: int, top: int) -> Markup:
    width = round((WIDTH - _LEFT - _RIGHT) / places * 0.7, 1)
    drawn, y = Markup(""), float(_BASE)
    for number, one in enumerate(series):
        if high := _height(number_of(one.counts[at]), top):
            y = round(max(_TOP, y - high), 1)
            drawn += _bar(chart, number, _middle(at, places) - width / 2, y, width, high)
    if any(isinstance(one.counts[at], Hidden) for one in series):
        drawn += _text(_middle(at, places), y - 2, HIDDEN_MARK)
    return drawn


def _bar(chart: Chart, number: int, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="chart__bar" fill="url(#{}-{})" x="{}" y="{}" width="{}" height="{}"/>').format(
        chart.name, number, round(x, 1), y, width, height
    )


def _line(one: ChartSeries, number: int, top: int) -> Markup:
    """Return the parts of a line between hidden counts; a point of its own is a dot."""
    places = len(one.counts)
    points = [
        None if isinstance(count, Hidden) else (_middle(at, places), round(_BASE - _height(count, top), 1))
        for at, count in enumerate(one.counts)
    ]
    drawn = Markup("")
    for at, point in enumerate(points):
        if point is None:
            drawn += _text(_middle(at, places), _BASE - 2, HIDDEN_MARK)
            continue
        drawn += Markup('<circle class="chart__dot chart__dot--{}" cx="{}" cy="{}" r="5"/>').format(number, *point)
        if at and (before := points[at - 1]):
            drawn += Markup('<line class="chart__line chart__line--{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
                number, *before, *point
            )
    return drawn


def _row(at: int, label: str, count: Shown, unit: str, top: int) -> Markup:
    y, high = at * _ROW, _BAR
    said = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
    value = count.value if isinstance(count, Hidden) else f"{count:,}{unit}"
    wide = round(number_of(count) / top * (WIDTH - 112), 1)
    drawn = _text(0, y + 18, said, "start") + _text(WIDTH, y + 26 + high - 4, value, "end")
    return drawn + Markup('<rect class="chart__fill chart__fill--0" x="0" y="{}" width="{}" height="{}"/>').format(
        y + 26, wide, high
    )


def _text(x: float, y: float, text: str, anchor: str = "middle") -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(round(x, 1), round(y, 1), anchor, text)


def _legend(chart: Chart, series: Sequence[ChartSeries], *, lined: bool) -> Markup:
    """Return the names of the series, three in a line at most, and what the mark means if a count is hidden."""
    drawn = Markup("")
    for number, (one, (x, y)) in enumerate(zip(series, _places(series), strict=False)):
        if lined:
            drawn += Markup('<line class="chart__line chart__line--{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
                number, x, y - 6, x + _SIGN - 6, y - 6
            )
        else:
            drawn += _bar(chart, number, x, y - 14, 18, 18)
        drawn += _text(x + _SIGN, y, one.label, "start")
    if _hides(series):
        x, y = _places(series)[-1]
        drawn += _text(x, y, _HIDDEN, "start")
    return drawn


def _hides(series: Sequence[ChartSeries]) -> bool:
    return any(isinstance(count, Hidden) for one in series for count in one.counts)


def _high(series: Sequence[ChartSeries]) -> int:
    """Return the height of a picture with this legend below it."""
    return _places(series)[-1][1] + 16


def _places(series: Sequence[ChartSeries]) -> list[tuple[int, int]]:
    """Return where each name of the legend begins; a long one takes several columns."""
    places, line, column = list[tuple[int, int]](), 0, 0
    for label in (*(one.label for one in series), *((_HIDDEN,) if _hides(series) else ())):
        wide = -(-(_SIGN + len(label) * _LETTER) // _LEGEND_COLUMN)
        if column and column + wide > _LEGEND_COLUMNS:
            line, column = line + 1, 0
        places.append((16 + column * _LEGEND_COLUMN, _LEGEND + line * _LINE))
        column += wide
    return places


_MOTIFS: Final = (
    "",
    '<path class="chart__motif" d="M0 10 10 0"/>',
    '<circle class="chart__motif chart__motif--dot" cx="5" cy="5" r="2"/>',
    '<path class="chart__motif" d="M0 5H10"/>',
    '<path class="chart__motif" d="M5 0V10M0 5H10"/>',
    '<path class="chart__motif" d="M5 0V10"/>',
)
"""What tells the series from each other without a colour: plain, slanted, dotted, in lines, in squares, in columns."""


def _patterns(chart: Chart) -> Markup:
    drawn = Markup("")
    for number, motif in enumerate(_MOTIFS):
        drawn += Markup(
            '<pattern id="{0}-{1}" width="10" height="10" patternUnits="userSpaceOnUse">'
            '<rect class="chart__fill chart__fill--{1}" width="10" height="10"/>{2}</pattern>'
        ).format(chart.name, number, Markup(motif))  # noqa: S704 (our own)
    return Markup("<defs>{}</defs>").format(drawn)
