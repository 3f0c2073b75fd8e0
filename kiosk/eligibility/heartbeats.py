"""The kiosks that share a register: each renews a row of its own while it lives, and reads those of the others.

Times are by the clock of the register, so that a kiosk whose clock is wrong is not taken for one that is gone.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.store.impatience import impatient
from kiosk.store.register_clock import register_now
from kiosk.store.schema import kiosk_heartbeat
from kiosk.store.transaction import alone

__all__ = ["GONE_AFTER", "MOST_KIOSKS", "Heartbeat", "KioskSeen", "kiosks_seen", "keep_heartbeat"]

GONE_AFTER = timedelta(minutes=2)
"""A kiosk that was not seen for so long has stopped, or reaches the register no more."""

MOST_KIOSKS = 500
"""The most kiosks that are read."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a kiosk says of itself; nothing of a visitor.

    Attributes:
        kiosk: its name (`kiosk_id`).
        version: of the program.
        state: the state of its visit, such as `idle`.
        failure: the code of what keeps it from serving; None if nothing does.
        since: since when it is in this state (UTC).
        called_at: since when somebody there calls for staff; None if nobody does.
        last_visit_at: when its last visit ended (UTC); None if there was none since it started.
        trust_as_of: when the revocation list that it goes by was made; None if it has none.

    """

    kiosk: str
    version: str
    state: str
    failure: str | None
    since: datetime
    called_at: datetime | None
    last_visit_at: datetime | None
    trust_as_of: datetime | None


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
        row = asdict(said) | {"seen_at": seen_at, "clock_offset": (now - seen_at).total_seconds()}
        kept = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(kiosk_heartbeat).values(row)
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
        return [
            KioskSeen(
                Heartbeat(
                    row.kiosk,
                    row.version,
                    row.state,
                    row.failure,
                    row.since,
                    row.called_at,
                    row.last_visit_at,
                    row.trust_as_of,
                ),
                (here - row.seen_at).total_seconds(),
                row.clock_offset,
            )
            for row in found
        ]
