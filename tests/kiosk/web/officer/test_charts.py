"""Pictures: well-formed, named for a screen reader, nothing outside their frame, and no trace of a hidden count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.web.officer.charts import HIDDEN_MARK, MOST_SERIES, WIDTH, Chart, ChartSeries, bars, lines, rows
from kiosk.web.officer.disclosure import Hidden, Shown

CHART = Chart("waits", '待ち日数 <1> & "2"', "説明")
SHOWN = st.one_of(st.integers(5, 2_000_000), st.sampled_from(Hidden))


def _series(counts: Sequence[Sequence[Shown]]) -> list[ChartSeries]:
    return [ChartSeries(f"系列{at}", one) for at, one in enumerate(counts)]


Draw = Callable[[Sequence[str], Sequence[Sequence[Shown]]], str]
DRAWN: dict[str, Draw] = {
    "bars": lambda labels, counts: bars(CHART, labels, _series(counts)),
    "lines": lambda labels, counts: lines(CHART, labels, _series(counts)),
    "rows": lambda labels, counts: rows(CHART, labels, counts[0], "件"),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[Shown]]]:
    labels = draw(st.lists(st.text("月日<&あ", max_size=40), min_size=1, max_size=13))
    series = st.lists(SHOWN, min_size=len(labels), max_size=len(labels))
    return labels, draw(st.lists(series, min_size=1, max_size=MOST_SERIES))


def drawing(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314 (our own)


@pytest.mark.parametrize("kind", DRAWN)
@given(table=tables())
def test_everything_lies_within_the_frame(kind: str, table: tuple[list[str], list[list[Shown]]]) -> None:
    root = drawing(DRAWN[kind](*table))
    left, top, width, height = (float(part) for part in root.attrib["viewBox"].split())
    assert (left, top, width) == (0, 0, WIDTH)
    for one in root.iter():
        x, y = (float(one.get(name, 0)) for name in ("x", "y"))
        wide, high = (float(one.get(name, 0)) for name in ("width", "height"))
        assert wide >= 0 and high >= 0 and x >= 0 and y >= 0, one.attrib
        if one.tag in {"rect", "text"}:
            assert x + wide <= width + 0.2 and y + high <= height + 0.2, one.attrib
        for name, most in (("x1", width), ("x2", width), ("cx", width), ("y1", height), ("y2", height), ("cy", height)):
            assert 0 <= float(one.get(name, 0)) <= most


@pytest.mark.parametrize("kind", DRAWN)
def test_a_screen_reader_has_its_name_and_what_it_shows(kind: str) -> None:
    root = drawing(DRAWN[kind](["4月"], [[7]]))
    assert root.attrib["role"] == "img"
    named = {one.attrib["id"]: one.text for one in root.iter() if one.tag in {"title", "desc"}}
    assert [named[id_] for id_ in root.attrib["aria-labelledby"].split()] == [CHART.title, CHART.description]
    assert "style" not in {name for one in root.iter() for name in one.attrib} | {one.tag for one in root.iter()}


@pytest.mark.parametrize("kind", ["bars", "lines"])
def test_a_hidden_count_is_a_mark_with_a_name(kind: str) -> None:
    texts = [one.text for one in drawing(DRAWN[kind](["4月", "5月"], [[Hidden.FEW, 9]])).iter("text")]
    assert texts.count(HIDDEN_MARK) == 1 and f"{HIDDEN_MARK} 伏せた数" in texts
    assert not any(HIDDEN_MARK in str(one.text) for one in drawing(DRAWN[kind](["4月"], [[9]])).iter("text"))


@pytest.mark.parametrize("draw", [bars, lines])
def test_no_name_in_the_legend_is_written_over_another(draw: Callable[..., str]) -> None:
    names = ["中央値", "95％の書類を交付するまでの日数", "系列", "系列"]
    root = drawing(draw(CHART, ["4月"], [ChartSeries(name, [Hidden.FEW]) for name in names]))
    legend = [*names, f"{HIDDEN_MARK} 伏せた数"]
    texts = [one for one in root.iter("text") if one.text in legend]
    assert [one.text for one in texts] == legend
    for before, after in pairwise(texts):
        end = float(before.attrib["x"]) + 16 * len(str(before.text))
        assert before.attrib["y"] < after.attrib["y"] or end < float(after.attrib["x"])
        assert end <= WIDTH


def test_a_line_is_interrupted_at_a_hidden_count() -> None:
    whole, broken = ([[5, 6, 7, 8]], [[5, Hidden.FEW, 7, 8]])

    def joints(counts: Any) -> int:
        drawn = drawing(DRAWN["lines"](["1", "2", "3", "4"], counts)).iter("line")
        return sum("chart__line--0" in one.attrib["class"] for one in drawn) - 1  # one is in the legend

    assert (joints(whole), joints(broken)) == (3, 1)


def test_rows_say_their_counts_in_words() -> None:
    texts = [one.text for one in drawing(rows(CHART, ["あ" * 40, "い"], [1234, Hidden.WITHHELD], "件")).iter("text")]
    assert texts == [f"{'あ' * 31}…", "1,234件", "い", "非公表"]


@pytest.mark.parametrize("series", [[ChartSeries("a", [7])] * (MOST_SERIES + 1), [ChartSeries("a", [7, 8])]])
def test_what_does_not_fit_is_refused(series: list[ChartSeries]) -> None:
    with pytest.raises(ValueError, match="at most"):
        bars(CHART, ["4月"], series)
