"""How long the database may take."""

from enum import IntEnum

BUSY_SECONDS = 10
"""How long a writer waits for another one to end."""


AT_ONCE = 1.5
"""Seconds for what needs no work: to begin a transaction, which shows whether a connection is alive, and to end it."""

GRACE = 1.0
"""Seconds that a client waits longer than the server may work, so that a live server can report the timeout."""

LOOK_UP_SECONDS = 4.5
"""Seconds after which one look-up is over, with a second try on a new connection and all that it waited for."""


class StatementLimit(IntEnum):
    """How many seconds one statement may take."""

    READ = 3
    WRITE = BUSY_SECONDS + 2
    LONG = 120
    """For an import, a plan, an export or a count. No statement of theirs takes so long, but a dead server would."""
