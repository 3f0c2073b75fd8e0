"""台紙: the A4 sheet that carries a 資格確認書 through the post, with the address and the number of the order.

The union's page does not show one. The address is where the notice has it, for the same envelopes; the card is stuck
into the frame. The number of the order is on this sheet, since the 資格確認書 itself must not have it.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.documents.addresses import GivenAddress, address_fields, addressed
from kiosk.documents.fitting import Fitted, fit
from kiosk.documents.notice import ADDRESS, ADDRESSEE
from kiosk.documents.stationery import Stationery, require
from kiosk.eligibility import Member

__all__ = ["Carrier", "CarrierSheet"]


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier to make: for whom, and the number of the order. `address` is one that is given for this print."""

    member: Member
    order: int
    address: GivenAddress | None = None


@dataclass(frozen=True, slots=True)
class CarrierSheet:
    """The contents of the sheet, every text fitted to its space. The fields are those of the template."""

    postal_code: str
    address: Fitted
    addressee: Fitted
    order: int

    @classmethod
    def of(cls, carrier: Carrier, stationery: Stationery) -> CarrierSheet:
        """Return the sheet of a carrier.

        Raises:
            DocumentRefused: the member's data do not make this sheet.
            StationeryError: a font is missing.

        """
        member = addressed(carrier.member, carrier.address)
        stationery.require_issuer_of(member)
        require(member, "name", *address_fields(member, "postal_code", "address"))
        return cls(
            postal_code=member.postal_code,
            address=fit("address", member.address, *ADDRESS),
            addressee=fit("name", member.name, *ADDRESSEE),
            order=carrier.order,
        )
