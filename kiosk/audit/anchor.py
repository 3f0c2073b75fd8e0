"""Remember how far a journal reached, sealed, in places outside the journal's folder: the register and the log.

Journal and head file are in one folder, so anybody who can remove one can remove the other. The anchor is kept
elsewhere. Nobody can invent one without the site key. Somebody who puts back an older, genuine anchor only makes the
check weaker: it then asks for less of the journal, and reports nothing wrong.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.audit.chain import Seal
from kiosk.audit.entry import instant
from kiosk.audit.head import Head


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last known state of one journal, as it is kept outside that journal.

    Attributes:
        kiosk: The id of the kiosk that writes the journal.
        end: The journal's last entry when the anchor was made.
        at: When the anchor was made (aware).
        lost_at: When the journal was last found not to contain the entry of its anchor (aware); None if never.
        seal: An HMAC under the journal's key, in hex.

    """

    kiosk: str
    end: Head
    at: datetime
    lost_at: datetime | None
    seal: str = ""

    def sealed(self, key: bytes) -> "Anchor":
        """Return the same anchor, sealed with the site key."""
        return Anchor(self.kiosk, self.end, self.at, self.lost_at, self._seal(key))

    def is_genuine(self, key: bytes) -> bool:
        """Return whether this anchor was sealed with this site key."""
        return self.seal == self._seal(key)

    def _seal(self, key: bytes) -> str:
        lost_at = self.lost_at and instant(self.lost_at)
        body = {"kind": "anchor", "kiosk": self.kiosk, "at": instant(self.at), "lost_at": lost_at}
        return Seal.of(key).hash_of(body | self.end.to_json())
