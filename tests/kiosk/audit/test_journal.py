"""Writing the journal: what stands in it, and what happens when the machine fails."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Thread

import pytest

from kiosk.audit import Entry, Journal, JournalError, JournalLost, journal_path, verify

Open = Callable[[], Journal]
MakeEntry = Callable[..., Entry]


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_entry_says_what_was_answered_and_on_what_proof(path: Path, opened: Open, entry: MakeEntry) -> None:
    with opened() as journal:
        journal.append(entry(7))
    start, said = lines(path)
    assert {name: said[name] for name in said if name != "hash"} == {
        "kind": "visit",
        "sequence": 2,
        "previous": start["hash"],
        "at": "2026-06-01T00:30:00.000000Z",
        "kiosk": "1",
        "visit": 7,
        "level": "confirmed",
        "revocation": "not_checked",
        "path": "pin",
        "applies": "card",
        "usable": "yes",
        "reasons": ["card_works"],
        "failure": None,
        "member": None,
        "staff": None,
        "receipt": None,
        "seconds": None,
    }


def test_each_entry_names_the_hash_of_the_one_before(path: Path, written: Callable[[int], None]) -> None:
    written(2)
    first, second, third = lines(path)
    assert first["previous"] == "0" * 64
    assert (second["previous"], third["previous"]) == (first["hash"], second["hash"])
    assert [line["sequence"] for line in lines(path)] == [1, 2, 3]


def test_the_chain_goes_on_after_a_restart(path: Path, key: bytes, written: Callable[[int], None]) -> None:
    written(2)
    written(2)
    found = verify(path, key)
    assert (found.ok, found.entries, found.recovered) == (True, 6, 0)


def test_instants_are_written_in_utc(path: Path, opened: Open) -> None:
    tokyo = timezone(timedelta(hours=9))
    with opened() as journal:
        journal.append(Entry(at=datetime(2026, 6, 1, 9, 0, tzinfo=tokyo), visit=1))
    assert lines(path)[1]["at"] == "2026-06-01T00:00:00.000000Z"


def test_a_member_stands_there_as_a_reference_that_leads_nowhere(path: Path, opened: Open, entry: MakeEntry) -> None:
    member = "133033:71-0000:000001:00"
    with opened() as journal:
        reference = journal.reference(member)
        assert reference == journal.reference(member) != journal.reference(member.replace("00", "01"))
        journal.append(entry(member=reference))
    assert "000001" not in path.read_text()


@pytest.mark.parametrize(
    "wrong",
    [
        {"failure": "土木 太郎"},
        {"level": "a b"},
        {"reasons": ("133033:71-0000:000001:00",)},
        {"member": "133033:71-0000:000001:00"},
        {"staff": "x" * 65},
        {"staff": "a\nb"},
        {"visit": -1},
        {"reasons": ("x",) * 65},
    ],
)
def test_only_codes_get_into_the_journal(entry: MakeEntry, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - every message is our own
        entry(**wrong)


def test_an_instant_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Entry(at=datetime(2026, 6, 1), visit=1)


def test_only_the_owner_may_read_the_journal(path: Path, written: Callable[[int], None]) -> None:
    written(1)
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


def test_each_kiosk_has_its_own_journal(tmp_path: Path) -> None:
    assert journal_path(tmp_path, "1") != journal_path(tmp_path, "2")


def test_an_entry_is_on_the_disk_before_append_returns(
    path: Path, opened: Open, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    with opened() as journal:
        monkeypatch.setattr(os, "fsync", fsync)
        journal.append(entry())
    assert synced[0] == path.stat().st_ino


def test_a_second_writer_is_refused_until_the_first_has_closed(opened: Open, entry: MakeEntry) -> None:
    with opened():
        with pytest.raises(JournalError, match="another process"):
            opened()
    with opened() as journal:
        journal.append(entry())


_HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.audit import Journal

journal = Journal.open(Path(sys.argv[1]), "1", bytes(range(32)), now=datetime.now(UTC))
print("open", flush=True)
sys.stdin.readline()
"""


def test_another_process_is_refused_and_let_in_when_the_first_is_killed(path: Path, opened: Open) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(path)], **pipes) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(JournalError, match="another process"):
            opened()
        holder.kill()
    opened().close()


def test_threads_may_share_a_journal(path: Path, key: bytes, opened: Open, entry: MakeEntry) -> None:
    with opened() as journal:
        threads = [Thread(target=lambda: [journal.append(entry(visit)) for visit in range(10)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert (verify(path, key).ok, verify(path, key).entries) == (True, 41)


@pytest.mark.parametrize("failing", ["write", "fsync", "replace"])
def test_a_full_disk_is_an_error_and_leaves_the_journal_as_it_was(
    path: Path, key: bytes, opened: Open, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    with opened() as journal:
        journal.append(entry(1))
        before = path.read_bytes()
        with monkeypatch.context() as broken:
            _break_once(broken, failing)
            with pytest.raises(JournalError, match="No space left"):
                journal.append(entry(2))
        assert path.read_bytes() == before
        journal.append(entry(3))
    found = verify(path, key)
    assert (found.ok, found.entries, found.recovered) == (True, 3, 0)


@pytest.mark.parametrize("anew", [False, True])
def test_after_an_entry_that_was_not_taken_only_one_that_is_taken_proves_the_journal(
    path: Path, key: bytes, opened: Open, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch, anew: bool
) -> None:
    with opened() as journal:
        with monkeypatch.context() as broken:
            _break_once(broken, "write")
            with pytest.raises(JournalError, match="No space left"):
                journal.append(entry(1))
        with pytest.raises(JournalLost, match="did not take its last entry"):
            journal.check()
        if anew:
            journal.reopen(entry(2).at)
        else:
            journal.append(entry(2))
        journal.check()
    assert verify(path, key).ok


def test_a_line_of_which_only_a_part_fits_is_taken_back(
    path: Path, key: bytes, opened: Open, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    room = [20, 0]

    def short(descriptor: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data[: room.pop(0)])

    with opened() as journal:
        journal.append(entry(1))
        with monkeypatch.context() as broken:
            broken.setattr(os, "write", short)
            with pytest.raises(JournalError):
                journal.append(entry(2))
        journal.append(entry(3))
    assert (verify(path, key).ok, verify(path, key).entries) == (True, 3)


def test_when_not_even_that_can_be_undone_nothing_more_is_written_until_it_is_opened_anew(
    path: Path, key: bytes, opened: Open, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    journal = opened()
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", dead)
        with pytest.raises(JournalError):
            journal.append(entry(1))
    with pytest.raises(JournalError, match="closed"):
        journal.append(entry(2))
    with opened() as anew:
        anew.append(entry(3))
    assert verify(path, key).ok


def test_a_closed_journal_takes_nothing(opened: Open, entry: MakeEntry) -> None:
    journal = opened()
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="closed"):
        journal.append(entry())


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(JournalError, match="No such file"):
        Journal.open(tmp_path / "none" / "journal", "1", key, now=datetime.fromisoformat("2026-06-01T00:00:00Z"))


def test_opening_reads_only_the_end_of_a_long_journal(
    path: Path, key: bytes, opened: Open, written: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    written(200)
    asked: list[int] = []
    real = os.pread

    def pread(descriptor: int, length: int, offset: int) -> bytes:
        asked.append(length)
        return real(descriptor, length, offset)

    monkeypatch.setattr(os, "pread", pread)
    opened().close()
    assert sum(asked) < path.stat().st_size
    assert verify(path, key).entries == 202


def _break_once(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let one call of os.NAME fail as on a full disk; the next ones work again."""
    real = getattr(os, name)
    calls: list[None] = []

    def full(*arguments: object, **named: object) -> object:
        calls.append(None)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **named)

    monkeypatch.setattr(os, name, full)
