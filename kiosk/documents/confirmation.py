"""資格確認書: the blue card, 85.6 x 54 mm, for a member without a マイナ保険証.

Rows and words are those of the picture in 「資格確認書を交付します」. The page's list of 記載項目 also has 発効期日,
which the picture does not have. It is printed beside 交付年月日 if the card becomes valid after the day of its issue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.decision import DEFAULT_POLICY, Confirmation, LifeEvent, Policy, confirmation_validity
from kiosk.documents.addresses import GivenAddress, address_fields, addressed
from kiosk.documents.entries import Entries, entries_of, row_height
from kiosk.documents.errors import DocumentRefused
from kiosk.documents.fitting import Fitted, Space, fit
from kiosk.documents.fonts import Face
from kiosk.documents.stationery import Stationery, require, require_insured
from kiosk.eligibility import Member, NotBornYet, Sex, facts_for
from kiosk.wareki import printed

__all__ = ["ConfirmationCard", "ConfirmationOrder", "validity_for"]

_SYMBOL = Space(23, (8.5, 7.2, 6.2, 5.5), (6.2, 5.5), lines=2, face=Face.FIXED)
_NUMBER = Space(19, (8.5, 7.2, 6.2, 5.5), (6.2, 5.5), lines=2, face=Face.FIXED)

_SEXES = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNSET: "―"}


@dataclass(frozen=True, slots=True)
class ConfirmationOrder:
    """A confirmation to make: for whom, how long it is valid, and the day to print on it as 交付年月日.

    `address` is one that is given for this print.
    """

    member: Member
    validity: Confirmation
    issued_on: date
    address: GivenAddress | None = None


@dataclass(frozen=True, slots=True)
class ConfirmationCard:
    """The contents of the card, every text fitted to its space. The fields are those of the templates.

    `effective_on` (発効期日) is empty if the card is valid from the day of its issue.
    """

    valid_until: str
    symbol: Fitted
    number: Fitted
    branch: str
    birth_date: str
    sex: str
    acquired_on: str
    issued_on: str
    effective_on: str
    entries: Entries

    @classmethod
    def of(cls, order: ConfirmationOrder, stationery: Stationery) -> ConfirmationCard:
        """Return the card of an order.

        Raises:
            DocumentRefused: the member's data do not make this document.
            StationeryError: a font is missing.

        """
        member, key, validity = addressed(order.member, order.address), order.member.id, order.validity
        stationery.require_issuer_of(member)
        require_insured(member, order.issued_on)
        require(member, "name", "sex", "household_head", *address_fields(member, "address"), "employer")
        if validity.valid_until < order.issued_on:
            raise DocumentRefused(("confirmation_valid_until",), "lies before the day of issue")
        symbol, number = fit("symbol", key.symbol, _SYMBOL), fit("number", key.number, _NUMBER)
        return cls(
            valid_until=printed(validity.valid_until),
            symbol=symbol,
            number=number,
            branch=key.branch,
            birth_date=printed(member.birth_date),
            sex=_SEXES[member.sex or Sex.UNSET],
            acquired_on=printed(member.acquired_on),
            issued_on=printed(order.issued_on),
            effective_on=printed(validity.valid_from) if validity.valid_from > order.issued_on else "",
            entries=entries_of(member, row_height(symbol, number)),
        )


def validity_for(
    member: Member, on: date, policy: Policy = DEFAULT_POLICY, event: LifeEvent | None = None
) -> Confirmation | None:
    """Return how long a confirmation that is printed on the day `on` is valid.

    Returns:
        The validity of the one that the union issues that day (`decide`), else of the one that the register has; None
        if the member is not owed one and has none.

    Raises:
        kiosk.decision.FactsError: `event` is impossible for this person.

    """
    facts = facts_for(member, on, policy=policy, event=event)
    if isinstance(facts, NotBornYet):
        return None
    held = facts.confirmation_held
    holds = held is not None and held.valid_from >= member.acquired_on and held.valid_until >= on
    return confirmation_validity(facts, policy) or (held if holds else None)
