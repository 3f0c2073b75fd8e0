"""Feeds: files that say one thing about members who are in the register, such as the state's monthly data.

Each has the four columns of the key and those that its kind concerns, all of them. What such a file does not have stays
as it is.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.eligibility.csv_io import FileColumns
from kiosk.store.schema import KEY_NAMES

__all__ = ["FEEDS", "Feed", "FeedKind"]


class FeedKind(StrEnum):
    """What `kiosk registry feed` takes."""

    CARD = "card"
    CERTIFICATE = "certificate"
    REGISTRATION = "registration"
    LINKAGE = "linkage"
    FILINGS = "filings"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of feed.

    Attributes:
        names: the columns that it changes.
        note: what it is, for the help and the documents.
        confirms: whether it is the state's word on the certificate, whose age the decision counts (`feed_valid_days`).

    """

    names: tuple[str, ...]
    note: str
    confirms: bool = False

    @property
    def columns(self) -> FileColumns:
        """The columns of its files."""
        return FileColumns((*KEY_NAMES, *self.names), name="this kind of feed")


FEEDS: dict[FeedKind, Feed] = {
    FeedKind.CARD: Feed(("card",), "the state's data: who has a マイナンバーカード"),
    FeedKind.CERTIFICATE: Feed(
        ("certificate", "certificate_valid_until"),
        "the state's data: end and revocation of the 利用者証明用電子証明書",
        confirms=True,
    ),
    FeedKind.REGISTRATION: Feed(("registration", "registration_ends_on"), "the state's data: 利用登録 and its 解除"),
    FeedKind.LINKAGE: Feed(("linked_on",), "confirmations of the 資格情報の連携, with their day"),
    FeedKind.FILINGS: Feed(("filed_on", "my_number_reported"), "届書等 that were received, with their day"),
    FeedKind.RETURNED: Feed(
        ("notice_issued_on", "confirmation_valid_from", "confirmation_valid_until"),
        "mail that came back: the papers that the member has after that, empty for one that came back",
    ),
}
"""What each kind of feed has, in the order of the help."""
