"""Take pictures of the union's documents: for an ordinary person, and for one whose every field is long."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from kiosk.decision import Confirmation
from kiosk.documents import (
    ConfirmationOrder,
    Notice,
    Stationery,
    confirmation_pdf,
    declaration_pdf,
    notice_pdf,
    procedures_pdf,
    stationery_for,
)
from kiosk.eligibility import Member, Registry
from kiosk.languages import Language
from kiosk.web.wording import wording_of
from simulators.demo import Stage, set_stage
from simulators.demo.stage import member_id
from simulators.people import persona

__all__ = ["shoot_papers"]

_PDFTOPPM = "/usr/bin/pdftoppm"
_DOTS = 110


def shoot_papers(folder: Path, done: Callable[[], object] = lambda: None) -> list[str]:
    """Write ``folder/NAME.png`` for each document and return the names. Needs Debian's poppler-utils."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        papers = _papers(set_stage(Path(place) / "stage", datetime.now(UTC)))
    for name, pdf in papers.items():
        command = [_PDFTOPPM, "-png", "-singlefile", "-r", str(_DOTS), "-", str(folder / name)]
        subprocess.run(command, input=pdf, check=True)
        done()
    return list(papers)


def _papers(stage: Stage) -> Mapping[str, bytes]:
    stationery = stationery_for(stage.settings)
    with Registry.open(stage.settings.database) as registry:
        member = registry.member(member_id(persona("card-works", stage.on)))
    assert member is not None
    ordinary, long = _of(stage, stationery, member), _of(stage, stationery, _long(member))
    return {
        **ordinary,
        **{f"{name}-long": pdf for name, pdf in long.items()},
        "declaration-blank": declaration_pdf(stationery),
        "procedures": procedures_pdf(stationery, wording_of(Language.JAPANESE)),
    }


def _long(member: Member) -> Member:
    return replace(
        member,
        name="勅使河原 龍之介之助",
        kana="テシガワラ リュウノスケノスケ",
        household_head="髙﨑 𠮷右衛門",
        address="東京都千代田区平河町一丁目十一番一号 平河町国際会館ビルディング東館二十五階二五〇一号室",
        employer="東日本土木建築総合開発株式会社 関東第二支店 湾岸地区工事事務所",
    )


def _of(stage: Stage, stationery: Stationery, member: Member) -> dict[str, bytes]:
    validity = Confirmation(stage.on, stage.on.replace(year=stage.on.year + 5))
    return {
        "notice": notice_pdf([Notice(member, stage.on)], stationery),
        "confirmation": confirmation_pdf([ConfirmationOrder(member, validity, stage.on)], stationery),
        "declaration": declaration_pdf(stationery, member),
    }
