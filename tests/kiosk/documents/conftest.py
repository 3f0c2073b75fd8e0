"""Documents of invented members, and what other programs read in them."""

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import insert

from kiosk import TOKYO
from kiosk.decision import Confirmation, Document, Reason
from kiosk.documents import (
    ConfirmationOrder,
    Notice,
    Stationery,
    confirmation_pdf,
    insurer_of,
    notice_pdf,
)
from kiosk.eligibility import Member, Registry
from kiosk.issuance import OrderState, Pile
from kiosk.store.schema import issuance_order, post_batch

DAY = date(2026, 11, 25)
FIVE_YEARS = Confirmation(DAY, date(2031, 11, 24))

LONG = {
    "name": "髙﨑𠮷野 ウィリアムヘンリーアレクサンダー葛\U000e0100城太郎左衛門",
    "kana": "タカサキヨシノ ウィリアムヘンリーアレクサンダーカツラギタロウザエモン",
    "household_head": "髙﨑𠮷野 ウィリアムヘンリーアレクサンダー",
    "address": "北海道虻田郡倶知安町北一条西二丁目3番地45 グランドヒルズ倶知安ステーションフロントタワー東棟 1203号室",
    "employer": "株式会社髙﨑𠮷野総合建設工業ホールディングス 北海道支社 倶知安出張所 土木第二工事部",
}
"""About the longest that people really have, with 髙, 﨑, 𠮷 and a character with a variation selector."""


@pytest.fixture
def run(
    kiosk_command: Callable[..., Result], register_url: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run `kiosk` with a register of its own, which is not there yet."""
    monkeypatch.setenv("KIOSK_DATABASE", register_url)
    return kiosk_command


@pytest.fixture
def batch_seven(
    run: Callable[..., Result], register_url: str, member_file: Callable[..., bytes], tmp_path: Path
) -> Iterator[Registry]:
    """The register of `run`, with a batch for the post: the notice 101 and the confirmation 102 of one member."""
    (tmp_path / "members.csv").write_bytes(member_file({}))
    assert run("registry", "init").exit_code == run("registry", "import", "members.csv").exit_code == 0
    by, at = "佐藤", datetime.combine(DAY, time(), TOKYO)
    with Registry.open(register_url) as opened:
        with opened.engine.begin() as connection:
            made = {"number": 7, "pile": Pile.POST, "made_at": at, "made_by": by, "issued_on": DAY}
            connection.execute(insert(post_batch), made)
            asked = {"requested_at": at, "requested_by": by, "state": OrderState.OPEN, "post_batch_number": 7}
            order = asked | {"member_id": 1, "reasons": (Reason.NO_CARD,)}
            days = {"valid_from": FIVE_YEARS.valid_from, "valid_until": FIVE_YEARS.valid_until}
            connection.execute(insert(issuance_order), order | {"number": 101, "document": Document.NOTICE})
            connection.execute(
                insert(issuance_order), order | days | {"number": 102, "document": Document.CONFIRMATION}
            )
        yield opened


@pytest.fixture
def stationery() -> Stationery:
    return Stationery(insurer_of("133033"), specimen=False)


@pytest.fixture
def long_member(member: Callable[..., Member]) -> Member:
    return member(**LONG)


@pytest.fixture
def notice(member: Callable[..., Member]) -> Notice:
    return Notice(member(), DAY)


@pytest.fixture
def order(member: Callable[..., Member]) -> ConfirmationOrder:
    return ConfirmationOrder(member(), FIVE_YEARS, DAY)


@pytest.fixture
def ordered() -> Callable[..., ConfirmationOrder]:
    """Make a confirmation for a member that is valid for five years; its fields may be changed."""
    return lambda member, **changed: replace(ConfirmationOrder(member, FIVE_YEARS, DAY), **changed)


@pytest.fixture
def notice_file(tmp_path: Path, notice: Notice, stationery: Stationery) -> Path:
    return _kept(tmp_path / "notice.pdf", notice_pdf([notice], stationery))


@pytest.fixture
def confirmation_file(tmp_path: Path, order: ConfirmationOrder, stationery: Stationery) -> Path:
    return _kept(tmp_path / "confirmation.pdf", confirmation_pdf([order], stationery))


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[bytes], Path]:
    """Write a PDF to a file."""
    return lambda pdf: _kept(tmp_path / "document.pdf", pdf)


def _kept(path: Path, pdf: bytes) -> Path:
    path.write_bytes(pdf)
    return path


@pytest.fixture
def text_of() -> Callable[..., str]:
    """Read a PDF with pdftotext, without spaces and line ends; `order` is -layout (as on paper) or -raw (as drawn)."""

    def read(pdf: Path, order: str = "-layout") -> str:
        return re.sub(r"\s+", "", _output("pdftotext", order, str(pdf), "-"))

    return read


@pytest.fixture
def output() -> Callable[..., str]:
    """Run a program and return its output."""
    return _output


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
