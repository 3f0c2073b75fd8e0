"""Make the pictures of the office out of figures: for each a drawing, a table and a note, with small counts hidden."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

from markupsafe import Markup

from kiosk.audit import FAILED, LEFT, NO_DOCUMENT
from kiosk.decision import Reason, Registration, explain
from kiosk.reception import Figures
from kiosk.spreadsheet import SpreadsheetWriter
from kiosk.wareki import wareki
from kiosk.web.officer.charts import Chart, ChartSeries, bars, lines, rows
from kiosk.web.officer.disclosure import FEW, Hidden, Shown, number_of, parts_and_whole, shown
from kiosk.web.officer.texts import CODES
from kiosk.web.texts import DOCUMENTS

__all__ = ["NAMES", "StatisticsPicture", "csv_of_picture", "percentile", "pictures_of"]

NAMES: Final = ("outcomes", "hours", "reasons", "durations", "registration", "certificates", "waits")
"""The pictures, in their order on the page."""

OUTCOMES: Final[Mapping[str, str]] = {
    **{document.value: label for document, label in DOCUMENTS.items()},
    NO_DOCUMENT: "使える書類なし",
    FAILED: "エラーで終了",
    LEFT: "途中で終了",
}
_MOST_REASONS: Final = 10
_MOST_FOR_TAIL: Final = 20
"""With fewer, the 95th percentile is the value of the slowest one alone."""

_TOO_FEW: Final = (
    f"「{Hidden.TOO_FEW_FOR_MIDDLE}」「{Hidden.TOO_FEW_FOR_TAIL}」は、公表できる件数が少ないため、値を出していません。"
)

_Cells = dict[date, dict[tuple[str, str], Shown]]


@dataclass(frozen=True, slots=True)
class StatisticsPicture:
    """A picture as the page shows it, and its table; the first ``names`` columns say what the counts are of."""

    chart: Chart
    drawing: Markup
    note: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1


def pictures_of(figures: Figures) -> tuple[StatisticsPicture, ...]:
    """Return the pictures in the order of NAMES."""
    outcomes, reasons = _visits(figures)
    return (
        _outcomes(figures, outcomes),
        _hours(figures),
        _reasons(figures, reasons),
        _durations(figures, outcomes),
        _registration(figures),
        _certificates(figures),
        _waits(figures),
    )


def csv_of_picture(picture: StatisticsPicture) -> bytes:
    """Return the table as CSV (UTF-8 with a byte order mark), the same cells as on the page, no cell a formula."""
    text = io.StringIO()
    writer = SpreadsheetWriter(text)
    writer.writerow(picture.headings)
    for row in picture.rows:
        writer.writerow(row)
    return text.getvalue().encode("utf-8-sig")


def percentile(waits: Mapping[int, int], percent: int) -> int:
    """Return the percentile by the nearest rank of values with their counts; there is at least one."""
    rank = -(-sum(waits.values()) * percent // 100)
    days = sorted(waits)
    seen = accumulate(waits[value] for value in days)
    return next(value for value, so_far in zip(days, seen, strict=True) if so_far >= rank)


def _visits(figures: Figures) -> tuple[dict[date, dict[str, Shown]], _Cells]:
    """Return the visits by outcome, and by outcome and reason: each outcome is the whole of its reasons."""
    pairs = {pair for counts in figures.reasons.values() for pair in counts}
    outcomes: dict[date, dict[str, Shown]] = {month: {} for month in figures.spans.past}
    reasons: _Cells = {month: {} for month in figures.spans.past}
    for outcome in OUTCOMES:
        own = sorted((reason for one, reason in pairs if one == outcome), key=_given_up) or [""]
        for month in figures.spans.past:
            counts = figures.reasons[month]
            parts, outcomes[month][outcome] = parts_and_whole({why: counts.get((outcome, why), 0) for why in own})
            reasons[month].update({(outcome, why): value for why, value in parts.items() if why})
    return outcomes, reasons


def _given_up(reason: str) -> int:
    """Return when a reason is hidden for the sake of another one: the usual ones, which come first, last."""
    return -list(Reason).index(Reason(reason)) if reason in set(Reason) else -len(Reason)


def _outcomes(figures: Figures, outcomes: Mapping[date, Mapping[str, Shown]]) -> StatisticsPicture:
    chart = Chart("outcomes", "端末の結果（月ごと）", "端末での資格確認の結果を、月ごとの件数で表した積み上げ棒グラフ")
    months = figures.spans.past
    series = [ChartSeries(label, [outcomes[month][one] for month in months]) for one, label in OUTCOMES.items()]
    return StatisticsPicture(
        chart,
        bars(chart, [_short(month) for month in months], series),
        "この端末の監査記録から数えました。ほかの端末の件数は入っていません。",
        ("月", *OUTCOMES.values()),
        tuple((_long(month), *(_said(outcomes[month][one]) for one in OUTCOMES)) for month in months),
    )


def _reasons(figures: Figures, reasons: _Cells) -> StatisticsPicture:
    chart = Chart("reasons", "結果の理由（月ごと）", "先月の結果の理由を、件数の多い順に表した横棒グラフ")
    months = figures.spans.past
    last = months[-1]
    listed = [pair for pair in reasons[last] if any(reasons[month][pair] is not Hidden.FEW for month in months)]
    listed.sort(key=lambda pair: (-number_of(reasons[last][pair]), pair))
    top = [pair for pair in listed if reasons[last][pair] is not Hidden.FEW][:_MOST_REASONS]
    return StatisticsPicture(
        chart,
        rows(chart, [_reason(why) for _, why in top], [reasons[last][pair] for pair in top], "件"),
        f"グラフは{_long(last)}、多い順に{_MOST_REASONS}件までです。理由がいくつかあるときは、いちばん初めの理由を数えました。"
        "どの月も5未満の理由は、表にのせていません。",
        ("結果", "理由", *(_long(month) for month in months[::-1])),
        tuple(
            (OUTCOMES[one], _reason(why), *(_said(reasons[month][one, why]) for month in months[::-1]))
            for one, why in listed
        ),
        names=2,
    )


def _registration(figures: Figures) -> StatisticsPicture:
    chart = Chart("registration", "利用登録の割合", "資格のある加入者を、保険証の利用登録の状態で分けた横棒グラフ")
    counts = {state: figures.register.registration.get(state, 0) for state in reversed(Registration)}
    found, whole = parts_and_whole(counts)
    labels, parts = [CODES["registration"][state] for state in Registration], [found[state] for state in Registration]
    table = [(label, _said(count), _share(count, whole)) for label, count in zip(labels, parts, strict=True)]
    return StatisticsPicture(
        chart,
        rows(chart, labels, parts, "人"),
        "登録簿で、集計の日に資格のある加入者を数えました。",
        ("利用登録", "人数", "割合"),
        (*table, ("合計", _said(whole), _share(whole, whole))),
    )


def _share(count: Shown, whole: Shown) -> str:
    if isinstance(count, Hidden) or isinstance(whole, Hidden):
        return "―"
    return f"{100 * count / whole:.1f}％"


def _certificates(figures: Figures) -> StatisticsPicture:
    title = "電子証明書の期限が来る人（今月から12か月）"
    chart = Chart("certificates", title, "電子証明書の有効期限が来る加入者を、月ごとの人数で表した棒グラフ")
    months = figures.spans.coming
    counts = [shown(figures.register.certificate_ends.get(month, 0)) for month in months]
    return StatisticsPicture(
        chart,
        bars(chart, [_short(month) for month in months], [ChartSeries("期限が来る人", counts)]),
        "登録簿で、集計の日に資格があり、マイナンバーカードを持ち、電子証明書が失効していない加入者を数えました。",
        ("月", "人数"),
        tuple((_long(month), _said(count)) for month, count in zip(months, counts, strict=True)),
    )


def _waits(figures: Figures) -> StatisticsPicture:
    chart = Chart(
        "waits",
        "書類の待ち日数（月ごと）",
        "受付から交付までの日数の、中央値と95パーセンタイルを月ごとに表した折れ線グラフ",
    )
    months = figures.spans.past
    found = [figures.register.waits.get(month, {}) for month in months]
    counts = [sum(waits.values()) for waits in found]
    medians, tails = _middles_and_tails(found, counts)
    issued = [shown(count) for count in counts]
    cells = zip(months, issued, medians, tails, strict=True)
    return StatisticsPicture(
        chart,
        lines(
            chart,
            [_short(month) for month in months],
            [ChartSeries("中央値", medians), ChartSeries("95％の書類を交付するまでの日数", tails)],
        ),
        "登録簿で、その月に交付した書類の、受付日から交付年月日までの日数（土日と祝日を含む）です。" + _TOO_FEW,
        ("交付した月", "件数", "中央値（日）", "95パーセンタイル（日）"),
        tuple((_long(month), *(_said(cell) for cell in rest)) for month, *rest in cells),
    )


def _percentile(waits: Mapping[int, int], percent: int, least: int, hidden: Hidden, known: int) -> Shown:
    return percentile(waits, percent) if min(known, sum(waits.values())) >= least else hidden


def _durations(figures: Figures, outcomes: Mapping[date, Mapping[str, Shown]]) -> StatisticsPicture:
    """Return the picture without a count, and as of the counts that are shown: else it would give a hidden one away."""
    chart = Chart(
        "durations",
        "端末での待ち時間（月ごと）",
        "端末を使い始めてから結果が出るまでの秒数の、中央値と95パーセンタイルを月ごとに表した折れ線グラフ",
    )
    months = figures.spans.past
    answers = [[count for one, count in outcomes[month].items() if one not in {FAILED, LEFT}] for month in months]
    known = [sum(count for count in counts if not isinstance(count, Hidden)) for counts in answers]
    medians, tails = _middles_and_tails([figures.durations[month] for month in months], known)
    cells = zip(months, medians, tails, strict=True)
    return StatisticsPicture(
        chart,
        lines(
            chart,
            [_short(month) for month in months],
            [ChartSeries("中央値", medians), ChartSeries("95％の方に結果が出る秒数", tails)],
        ),
        "この端末の監査記録で、使い始めてから結果が出るまでの秒数です。暗証番号の入力や、職員を待つ時間を含みます。"
        "途中で終わった利用は入っていません。" + _TOO_FEW,
        ("月", "中央値（秒）", "95パーセンタイル（秒）"),
        tuple((_long(month), *(_said(cell) for cell in rest)) for month, *rest in cells),
    )


def _middles_and_tails(found: Sequence[Mapping[int, int]], known: Sequence[int]) -> tuple[list[Shown], list[Shown]]:
    """Return the medians and the 95th percentiles, hidden where there are too few; ``known`` may be told of each."""
    both = list(zip(found, known, strict=True))
    medians = [_percentile(waits, 50, FEW, Hidden.TOO_FEW_FOR_MIDDLE, least) for waits, least in both]
    return medians, [_percentile(waits, 95, _MOST_FOR_TAIL, Hidden.TOO_FEW_FOR_TAIL, least) for waits, least in both]


def _hours(figures: Figures) -> StatisticsPicture:
    chart = Chart("hours", "端末の利用（時間帯ごと）", "端末の利用を、1日の時間帯ごとの件数で表した棒グラフ")
    counts = [shown(figures.hours.get(hour, 0)) for hour in range(24)]
    labels = ["" if hour % 3 else f"{hour}時" for hour in range(24)]
    first, last = figures.spans.weeks
    return StatisticsPicture(
        chart,
        bars(chart, labels, [ChartSeries("利用", counts)]),
        f"この端末の監査記録で、{wareki(first)}から{wareki(last)}まで（8週間）の合計です。",
        ("時間帯", "件数"),
        tuple((f"{hour}時台", _said(count)) for hour, count in enumerate(counts)),
    )


def _said(count: Shown) -> str:
    return count.value if isinstance(count, Hidden) else f"{count:,}"


def _reason(code: str) -> str:
    """Return the sentence of a reason; the code itself where another version has written it."""
    return explain(Reason(code)).sentence if code in set(Reason) else code


def _short(month: date) -> str:
    return f"{month.month}月"


def _long(month: date) -> str:
    return wareki(month).removesuffix("1日")
