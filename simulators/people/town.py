"""Collect all the people: on a given day, as a registry file, with their cards and certificates."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final

from cryptography import x509

from simulators.card import Abilities, JpkiCardSimulator
from simulators.cards import Card, ForeignCardSimulator
from simulators.issuing import card_without_pin, clone_of, contents_of
from simulators.people.circumstances import CIRCUMSTANCES
from simulators.people.elsewhere import terminal_rows, terminal_text
from simulators.people.events import EVENTS
from simulators.people.membership import CLAIMS, MEMBERSHIP
from simulators.people.persona import CardKind, CardSpec, Persona
from simulators.people.refused import REFUSED
from simulators.people.visits import CARD_NOT_HERE, CARD_UNREADABLE, CARD_WORKS, NOT_LINKED
from simulators.people.without_card import CARD_DOES_NOT_WORK, NO_CARD_AT_ALL, PAPERS
from simulators.pki import Authority, Issued, lookalike

__all__ = [
    "certificate_of",
    "genuine_certificates",
    "make_card",
    "members_csv",
    "people",
    "persona",
    "revoked_certificates",
    "terminal_csv",
]

JAPAN: Final = timezone(timedelta(hours=9), "JST")

# Add new people at the end of their table: a member's number follows from the place in this list.
_STORIES: Final = (
    *CARD_WORKS,
    *CARD_UNREADABLE,
    *CARD_NOT_HERE,
    *NOT_LINKED,
    *CARD_DOES_NOT_WORK,
    *NO_CARD_AT_ALL,
    *PAPERS,
    *MEMBERSHIP,
    *CLAIMS,
    *EVENTS,
    *REFUSED,
    *CIRCUMSTANCES,
)


@lru_cache(maxsize=8)
def people(on: date) -> tuple[Persona, ...]:
    """Return everybody as of the day ``on`` (Asia/Tokyo). A day's people are made once, and never change."""
    return tuple(story.as_of(on, number) for number, story in enumerate(_STORIES))


def persona(name: str, on: date) -> Persona:
    """Return the persona with that id.

    Raises:
        KeyError: There is no such persona.

    """
    return {person.id: person for person in people(on)}[name]


def members_csv(on: date) -> str:
    """Return the registry file (CSV by docs/formats.md) of everybody whom the registry knows."""
    rows = [person.member for person in people(on) if person.member is not None]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def terminal_csv(on: date) -> str:
    """Return the members file of `simulate terminal`: everybody of the register, and the people of other insurers."""
    return terminal_text(terminal_rows((person.member for person in people(on) if person.member is not None), on))


def certificate_of(person: Persona, authority: Authority) -> Issued:
    """Return the certificate on the person's card, always with the same serial number and key.

    Raises:
        ValueError: The person has no card, or one without a certificate.

    """
    card = _certified(person)
    issuer = lookalike(authority) if card.kind is CardKind.FORGED else authority
    end = datetime.combine(card.last_day, time(23, 59, 59), JAPAN).astimezone(UTC)
    return issuer.issue(serial=_serial(person), not_after=end)


def make_card(person: Persona, authority: Authority, now: datetime, *, abilities: Abilities | None = None) -> Card:
    """Return the person's card, fresh from its issuer.

    Raises:
        ValueError: The person has no card.

    """
    if person.card is not None and person.card.kind is CardKind.FOREIGN:
        return ForeignCardSimulator()
    card = _certified(person)
    issued = certificate_of(person, authority)
    if card.kind is CardKind.WITHOUT_PIN:
        return card_without_pin(authority, now, issued)
    contents = contents_of(issued, authority, now, pin=card.pin, pin_tries=card.tries)
    if card.kind is CardKind.CLONE:
        return clone_of(contents, abilities)
    return JpkiCardSimulator(contents, abilities)


def genuine_certificates(authority: Authority, on: date) -> dict[str, Issued]:
    """Return the certificates to bind to members, by persona id: of everybody with a card whom the registry knows."""
    known = (person for person in people(on) if person.member is not None and person.card is not None)
    return {person.id: certificate_of(person, authority) for person in known}


def revoked_certificates(authority: Authority, on: date) -> list[x509.Certificate]:
    """Return what the CRL of that day lists."""
    revoked = (person for person in people(on) if person.card is not None and person.card.revoked)
    return [certificate_of(person, authority).certificate for person in revoked]


def _certified(person: Persona) -> CardSpec:
    if person.card is None or person.card.kind is CardKind.FOREIGN:
        raise ValueError(f"{person.id} brings no card with a certificate")
    return person.card


def _serial(person: Persona) -> int:
    digest = hashlib.sha256(person.id.encode("ascii")).digest()
    return 0x20000000 | int.from_bytes(digest[:4], "big") >> 3
