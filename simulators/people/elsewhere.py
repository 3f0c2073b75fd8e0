"""Invent people of other insurers, whom a clinic meets: no register knows them, the 資格確認端末 answers for them.

Their insurers are invented too; the 保険者番号 have right check digits.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from simulators.people.story import COLUMNS, EVERYBODY, HAS_CARD, INSURER_NUMBER, Cells, Near, cell_text, day, year

__all__ = ["TERMINAL_COLUMNS", "Outsider", "crowd", "outsiders", "terminal_rows", "terminal_text"]

TERMINAL_COLUMNS: Final = (*COLUMNS, "scenario", "insurer_name", "certificate_class", "specific_disease")
"""The register's columns, and those of `simulate terminal` alone."""

_UNION: Final = "全国土木建築国民健康保険組合"
_KYOKAI: Final = ("01139997", "模擬健康保険協会")
_KUMIAI: Final = ("06139992", "模擬電機健康保険組合")
_KYOSAI: Final = ("32139990", "模擬公立学校共済組合")
_KOUKI: Final = ("39139993", "模擬後期高齢者医療広域連合")
_CITY: Final = ("139998", "模擬市")


@dataclass(frozen=True, slots=True)
class Outsider:
    """One membership of an invented person elsewhere, on one day.

    ``id`` is ASCII and stable, ``label`` is Japanese, ``member`` has TERMINAL_COLUMNS.
    """

    id: str
    label: str
    member: Mapping[str, str]

    @property
    def key(self) -> str:
        """The member as ``INSURER:SYMBOL:NUMBER:BRANCH``."""
        return ":".join(self.member[part] for part in COLUMNS[:4])


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    id: str
    label: str
    insurer: tuple[str, str]
    key: tuple[str, str, str]
    """記号, 番号, 枝番."""
    person: tuple[str, str]
    cells: Cells = field(default_factory=dict)

    def as_of(self, on: date) -> Outsider:
        return Outsider(self.id, self.label, _row(self.insurer, self.key, self.person, self.cells, on))


def _row(
    insurer: tuple[str, str], key: tuple[str, str, str], person: tuple[str, str], cells: Cells, on: date
) -> Mapping[str, str]:
    number, insurer_name = insurer
    own = {
        "insurer_number": number,
        "symbol": key[0],
        "number": key[1],
        "branch": key[2],
        "name": person[0],
        "kana": person[1],
        "household_head": person[0],
        "insurer_name": insurer_name,
        "employer": None,
    }
    everything = {**EVERYBODY, **HAS_CARD, **own, **cells}
    return MappingProxyType({column: cell_text(everything.get(column), on) for column in TERMINAL_COLUMNS})


_MOVED: Final[Cells] = {"birth_date": Near(years=-38, days=-31), "sex": "female"}
_TWIN: Final[Cells] = {
    "birth_date": Near(years=-9, days=-50),
    "relationship": "family",
    "household_head": "綾小路 拓海",
}

_EVERYWHERE: Final = (
    _Elsewhere("kyokai-valid", "協会けんぽの方", _KYOKAI, ("2100001", "15", "00"), ("水無瀬 健", "ミナセ ケン")),
    _Elsewhere(
        "kyokai-preschool",
        "未就学の子",
        _KYOKAI,
        ("2100001", "15", "02"),
        ("水無瀬 そら", "ミナセ ソラ"),
        {"birth_date": year(-4), "relationship": "family", "household_head": "水無瀬 健"},
    ),
    _Elsewhere(
        "kyokai-not-linked",
        "入社したばかりで、データがまだない方",
        _KYOKAI,
        ("2100044", "8", "00"),
        ("霧島野 学", "キリシマノ マナブ"),
        {"acquired_on": day(-3), "filed_on": day(-1), "linked_on": None},
    ),
    _Elsewhere(
        "kyokai-certificate-ending",
        "電子証明書の期限が近い方",
        _KYOKAI,
        ("2100077", "120", "00"),
        ("東風平 玲", "コチンダ レイ"),
        {"certificate_valid_until": day(30), "sex": "female"},
    ),
    _Elsewhere(
        "kumiai-limit",
        "限度額適用の区分がある方",
        _KUMIAI,
        ("模擬", "3001", "00"),
        ("綾小路 拓海", "アヤノコウジ タクミ"),
        {"limit_class": "A03"},
    ),
    _Elsewhere("kumiai-twin-1", "双子の姉", _KUMIAI, ("模擬", "3001", "02"), ("綾小路 凜", "アヤノコウジ リン"), _TWIN),
    _Elsewhere("kumiai-twin-2", "双子の妹", _KUMIAI, ("模擬", "3001", "03"), ("綾小路 蘭", "アヤノコウジ ラン"), _TWIN),
    _Elsewhere(
        "kumiai-dialysis",
        "特定疾病療養受療証の方",
        _KUMIAI,
        ("模擬", "3105", "00"),
        ("御手洗 進", "ミタライ ススム"),
        {"specific_disease": "1", "birth_date": year(-58)},
    ),
    _Elsewhere(
        "kumiai-rare-letters",
        "名前に髙と﨑、住所に①がある方",
        _KUMIAI,
        ("模擬", "3206", "00"),
        ("髙﨑 一", "タカサキ ハジメ"),
        {"scenario": "shift_jis", "address": "東京都千代田区模擬町①番2号"},
    ),
    _Elsewhere(
        "kumiai-slow",
        "答えに時間がかかる方",
        _KUMIAI,
        ("模擬", "3307", "00"),
        ("百目鬼 遼", "ドウメキ リョウ"),
        {"scenario": "slow"},
    ),
    _Elsewhere(
        "kumiai-silent",
        "答えが来ない方",
        _KUMIAI,
        ("模擬", "3308", "00"),
        ("四月朔日 慧", "ワタヌキ サトル"),
        {"scenario": "silent"},
    ),
    _Elsewhere(
        "kumiai-error",
        "異常終了になる方",
        _KUMIAI,
        ("模擬", "3309", "00"),
        ("月見里 周", "ヤマナシ シュウ"),
        {"scenario": "error"},
    ),
    _Elsewhere(
        "kyosai-elderly",
        "高齢受給者 (2割) の方",
        _KYOSAI,
        ("公立模擬", "70012", "00"),
        ("常陸野 房子", "ヒタチノ フサコ"),
        {"birth_date": year(-72), "copay_percent": "20", "sex": "female"},
    ),
    _Elsewhere(
        "kyosai-elderly-active",
        "高齢受給者 (3割) の方",
        _KYOSAI,
        ("公立模擬", "70013", "00"),
        ("安房野 正造", "アワノ ショウゾウ"),
        {"birth_date": year(-73), "copay_percent": "30"},
    ),
    _Elsewhere(
        "kouki-one",
        "後期高齢者 (1割) の方",
        _KOUKI,
        ("", "12345678", "00"),
        ("越前谷 ミツ", "エチゼンヤ ミツ"),
        {"birth_date": year(-84), "copay_percent": "10", "sex": "female"},
    ),
    _Elsewhere(
        "kouki-two",
        "後期高齢者 (2割) の方",
        _KOUKI,
        ("", "23456789", "00"),
        ("播磨屋 清", "ハリマヤ キヨシ"),
        {"birth_date": year(-77), "copay_percent": "20"},
    ),
    _Elsewhere(
        "city-lost",
        "国保をやめた方",
        _CITY,
        ("模", "11-222", "01"),
        ("但馬野 誠", "タジマノ マコト"),
        {"lost_on": day(-20)},
    ),
    _Elsewhere(
        "city-moved",
        "国保から健保組合に移った方の、前の資格",
        _CITY,
        ("模", "11-333", "01"),
        ("長門野 恵", "ナガトノ メグミ"),
        {**_MOVED, "lost_on": day(-15)},
    ),
    _Elsewhere(
        "kumiai-moved",
        "同じ方の、新しい資格",
        _KUMIAI,
        ("模擬", "3400", "00"),
        ("長門野 恵", "ナガトノ メグミ"),
        {**_MOVED, "acquired_on": day(-15), "filed_on": day(-14), "linked_on": day(-8)},
    ),
    _Elsewhere(
        "city-pays-in-full",
        "特別療養費支給対象者の方",
        _CITY,
        ("模", "11-444", "01"),
        ("因幡野 武", "イナバノ タケシ"),
        {"certificate_class": "05"},
    ),
)


def outsiders(on: date) -> tuple[Outsider, ...]:
    """Return the people of other insurers as of the day ``on`` (Asia/Tokyo)."""
    return tuple(one.as_of(on) for one in _EVERYWHERE)


def crowd(count: int, on: date) -> Iterator[Mapping[str, str]]:
    """Yield ``count`` more of them, always the same, with TERMINAL_COLUMNS: for loads, and for bulks."""
    for place in range(count):
        insurer = (_KYOKAI, _KUMIAI, _KYOSAI, _CITY)[place % 4]
        family, given = _FAMILIES[place % len(_FAMILIES)], _GIVEN[place // len(_FAMILIES) % len(_GIVEN)]
        person = f"{family[0]} {given[0]}", f"{family[1]} {given[1]}"
        born = Near(years=-20 - place % 45, days=-(place * 37 % 365))
        key = f"群{place // 10_000}", f"{500_000 + place}", "00"
        yield _row(insurer, key, person, {"birth_date": born, "sex": given[2]}, on)


def terminal_rows(members: Iterable[Mapping[str, str]], on: date) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a members file of the terminal: the register's members, and the people of other insurers."""
    for member in members:
        union = {"insurer_name": _UNION} if member["insurer_number"] == INSURER_NUMBER else {}
        yield {**member, **union}
    yield from (one.member for one in outsiders(on))


def terminal_text(rows: Iterable[Mapping[str, str]]) -> str:
    """Return a members file of `simulate terminal` with these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, TERMINAL_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


_FAMILIES: Final = (
    *(("阿曽沼", "アソヌマ"), ("飯富", "オブ"), ("浮津", "ウキツ"), ("榎並", "エナミ"), ("小比類巻", "コヒルイマキ")),
    *(("金指", "カナザシ"), ("久保寺", "クボデラ"), ("玄葉", "ゲンバ"), ("小鹿野", "オガノ"), ("七種", "サエグサ")),
    *(("志田原", "シダハラ"), ("菅生", "スゴウ"), ("瀬下", "セシモ"), ("反町", "ソリマチ"), ("竹鼻", "タケハナ")),
    *(("千木良", "チギラ"), ("坪郷", "ツボゴウ"), ("手代木", "テシロギ"), ("等々力", "トドロキ")),
)
_GIVEN: Final = (
    *(("明", "アキラ", "male"), ("郁", "イク", "female"), ("潮", "ウシオ", "male"), ("恵理", "エリ", "female")),
    *(("修", "オサム", "male"), ("佳代", "カヨ", "female"), ("究", "キワム", "male"), ("久仁", "クニ", "female")),
    *(("啓", "ケイ", "male"), ("琴", "コト", "female"), ("諭", "サトシ", "male"), ("詩", "ウタ", "female")),
)
