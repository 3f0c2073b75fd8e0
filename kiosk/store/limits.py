"""How long the database may take."""

from enum import IntEnum

BUSY_SECONDS = 10
"""How long a writer waits for another one to end."""


class StatementLimit(IntEnum):
    """How many seconds one statement may take."""

    READ = 3
    WRITE = BUSY_SECONDS + 2
    LONG = 120
    """For an import, a plan, an export or a count. No statement of theirs takes so long, but a dead server would."""
