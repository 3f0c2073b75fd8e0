"""Invent people: a persona for every row of the decision, with member, card and expected outcome."""

from simulators.people.elsewhere import Outsider, crowd, outsiders
from simulators.people.persona import CardKind, CardSpec, ExpectedAnswer, FailureKind, Path, Persona, PersonaVisit
from simulators.people.town import (
    certificate_of,
    genuine_certificates,
    make_card,
    members_csv,
    people,
    persona,
    revoked_certificates,
    terminal_csv,
)

__all__ = [
    "CardKind",
    "CardSpec",
    "ExpectedAnswer",
    "FailureKind",
    "Outsider",
    "Path",
    "Persona",
    "PersonaVisit",
    "certificate_of",
    "crowd",
    "genuine_certificates",
    "make_card",
    "members_csv",
    "outsiders",
    "people",
    "persona",
    "revoked_certificates",
    "terminal_csv",
]
