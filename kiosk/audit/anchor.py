"""How far a journal was known to reach: sealed, and kept where the journal is not (in the register, and in the log).

Head and journal are in one folder, so that whoever can remove one can remove the other; an anchor is not there. Under
one site key nobody can make one up; an older one that is put back shows less, and nothing wrong.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.audit.chain import Seal
from kiosk.audit.entry import instant
from kiosk.audit.head import Head


@dataclass(frozen=True, slots=True)
class Anchor:
    """What is kept of one journal.

    Attributes:
        kiosk: whose journal it is.
        end: its last entry at the time.
        at: when that was (aware).
        lost_at: when the journal was last found not to hold what its anchor said (aware); None: never.
        seal: an HMAC under the journal's key, in hex.

    """

    kiosk: str
    end: Head
    at: datetime
    lost_at: datetime | None
    seal: str = ""

    def sealed(self, key: bytes) -> "Anchor":
        """The same, sealed with the site key."""
        return Anchor(self.kiosk, self.end, self.at, self.lost_at, self._seal(key))

    def is_genuine(self, key: bytes) -> bool:
        """Whether it was sealed with this site key."""
        return self.seal == self._seal(key)

    def _seal(self, key: bytes) -> str:
        lost_at = self.lost_at and instant(self.lost_at)
        body = {"kind": "anchor", "kiosk": self.kiosk, "at": instant(self.at), "lost_at": lost_at}
        return Seal.of(key).hash_of(body | self.end.to_json())
