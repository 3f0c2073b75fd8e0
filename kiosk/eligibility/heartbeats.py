"""The kiosks that share a register: each renews a row of its own while it lives, and reads those of the others.

Times are by the clock of the register, so that a kiosk whose clock is wrong is not taken for one that is gone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Engine, Row, select

from kiosk.store.impatience import impatient
from kiosk.store.register_clock import register_now
from kiosk.store.schema import kiosk_heartbeat
from kiosk.store.transaction import alone
from kiosk.store.upsert import upsert

__all__ = [
    "GONE_AFTER",
    "MOST_CODES",
    "MOST_KIOSKS",
    "CallKind",
    "Heartbeat",
    "KioskSeen",
    "kiosks_seen",
    "keep_heartbeat",
]

GONE_AFTER = timedelta(minutes=2)
"""A kiosk that was not seen for so long has stopped, or reaches the register no more."""

MOST_KIOSKS = 500
"""The most kiosks that are read."""

MOST_CODES: Final = 64
"""The most codes of reasons, and of troubles, that a kiosk tells."""

_CODE: Final = re.compile(r"[A-Z]-[0-9]{2}")


class CallKind(StrEnum):
    """Who waits for staff at a kiosk, and what for. Nobody is named."""

    VISITOR = "visitor"
    VISUAL_CHECK = "visual_check"
    CHOICE = "choice"
    CARD_LEFT = "card_left"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a kiosk says of itself; nothing of a visitor.

    Attributes:
        kiosk: its name (`kiosk_id`).
        version: of the program.
        state: the state of its visit, such as `idle`.
        failure: the code on its screen, a visitor's too; None if there is none.
        since: since when it is in this state (UTC).
        called_at: since when somebody there calls for staff; None if nobody does.
        last_visit_at: when its last visit ended (UTC); None if there was none since it started.
        trust_as_of: when the revocation list that it goes by was made; None if it has none.
        reasons: the codes of what keeps it from serving, as in `/healthz`.
        troubles: the codes of what is wrong though visits go on, as in `/healthz`.
        call: who calls, and what for; None if nobody does, or if an older program does not say.

    """

    kiosk: str
    version: str
    state: str
    failure: str | None
    since: datetime
    called_at: datetime | None
    last_visit_at: datetime | None
    trust_as_of: datetime | None
    reasons: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()
    call: CallKind | None = None


@dataclass(frozen=True, slots=True)
class KioskSeen:
    """A kiosk as the others see it.

    Attributes:
        said: what it said last.
        seconds_ago: how long ago, by the register's clock.
        clock_offset: how many seconds its clock is ahead of the register's (behind it if negative).

    """

    said: Heartbeat
    seconds_ago: float
    clock_offset: float

    @property
    def is_gone(self) -> bool:
        """Whether it has said nothing for too long."""
        return self.seconds_ago > GONE_AFTER.total_seconds()


def keep_heartbeat(engine: Engine, said: Heartbeat, now: datetime) -> None:
    """Renew the row of a kiosk, without waiting for an import: in PostgreSQL it is one row of its own.

    Args:
        engine: the database.
        said: what the kiosk says of itself.
        now: its clock (aware).

    Raises:
        RegistryBusy: SQLite has one writer at a time, and another program writes; the next beat is soon enough.
        RegistryError: the database cannot serve.

    """
    with alone(engine) as connection, impatient(connection):
        seen_at = register_now(connection, now)
        row = _cells(said) | {"seen_at": seen_at, "told_at": seen_at}
        row["clock_offset"] = (now - seen_at).total_seconds()
        kept = upsert(connection, kiosk_heartbeat).values(row)
        connection.execute(kept.on_conflict_do_update(index_elements=["kiosk"], set_=row))


def kiosks_seen(engine: Engine, now: datetime) -> Sequence[KioskSeen]:
    """Return the kiosks of a register by name.

    Args:
        engine: the database.
        now: the clock of the kiosk that asks (aware), which is the register's where it is a file of this machine.

    Raises:
        RegistryError: the database cannot serve.

    """
    with alone(engine) as connection:
        here = register_now(connection, now)
        found = connection.execute(select(kiosk_heartbeat).order_by(kiosk_heartbeat.c.kiosk).limit(MOST_KIOSKS))
        return [KioskSeen(_said(row), (here - row.seen_at).total_seconds(), row.clock_offset) for row in found]


_OF_BEGINNING = "kiosk version state failure since called_at last_visit_at trust_as_of".split()
"""The columns that every program writes with each beat."""

_OUT_OF_SERVICE = "out_of_service"


def _cells(said: Heartbeat) -> dict[str, object]:
    cells = {name: value for name, value in asdict(said).items() if name in _OF_BEGINNING}
    codes = {"reasons": _codes(said.reasons), "troubles": _codes(said.troubles)}
    return cells | {name: " ".join(found) for name, found in codes.items()} | {"call_kind": said.call}


def _said(row: Row[*tuple[Any, ...]]) -> Heartbeat:
    """Return what a kiosk said. Of an older program only what stops it is known, by the code on its screen."""
    cells = row._mapping
    said = Heartbeat(**{name: cells[name] for name in _OF_BEGINNING})
    if cells["told_at"] != cells["seen_at"]:
        stopped = said.failure if said.state == _OUT_OF_SERVICE else None
        return replace(said, reasons=(stopped,) if stopped else ())
    reasons, troubles = (_codes((cells[name] or "").split()) for name in ("reasons", "troubles"))
    kinds = {kind.value: kind for kind in CallKind}
    return replace(said, reasons=reasons, troubles=troubles, call=kinds.get(cells["call_kind"] or ""))


def _codes(given: Iterable[str]) -> tuple[str, ...]:
    """Return each code once, as many as are told, and nothing that is none."""
    return tuple(code for code in dict.fromkeys(given) if _CODE.fullmatch(code))[:MOST_CODES]
