"""Whose 住所 a document may bear: the register's, but never for a person whose data are withheld (自己情報提供不可).

An officer who has agreed with such a person where a paper goes can give an address for one print. It is kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.documents.errors import DocumentRefused
from kiosk.eligibility import CellRefused, Member, parse_address, parse_postal_code

__all__ = ["GivenAddress", "address_fields", "addressed"]


@dataclass(frozen=True, slots=True, repr=False)
class GivenAddress:
    """The address for one print; `postal_code` may be empty."""

    postal_code: str
    address: str

    @classmethod
    def checked(cls, postal_code: str, address: str) -> GivenAddress:
        """Return an address from what a person has written.

        Raises:
            DocumentRefused: one of the two could not be in the register, or there is no address.

        """
        if not address.strip():
            raise DocumentRefused(("address",), "must not be empty")
        try:
            field = "postal_code"
            code = parse_postal_code(postal_code.strip())
            field = "address"
            return cls(code, parse_address(address.strip()))
        except CellRefused as error:
            raise DocumentRefused((field,), str(error)) from None


def addressed(member: Member, given: GivenAddress | None) -> Member:
    """Return the member with the address that a document for them bears: none for a person whose data are withheld.

    Raises:
        DocumentRefused: an address is given for somebody else, whose address the register has.

    """
    if not member.information_withheld:
        if given is not None:
            raise DocumentRefused(("address",), "can be given only for a person whose data are withheld")
        return member
    if given is None:
        return replace(member, postal_code="", address="")
    return replace(member, postal_code=given.postal_code, address=given.address)


def address_fields(member: Member, *fields: str) -> tuple[str, ...]:
    """Return which of the columns of the address a document of this member cannot do without."""
    return () if member.information_withheld else fields
