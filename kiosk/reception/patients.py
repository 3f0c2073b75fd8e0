"""Whose card it is, of the cards that staff have tied to a patient of this clinic. Blocks."""

from __future__ import annotations

from datetime import date, datetime

from cryptography.x509 import Certificate

from kiosk.eligibility import Member
from kiosk.eligibility.sources import member_of
from kiosk.eligibility.terminal import PatientCard, PatientCards, Qualification
from kiosk.identity import binding_key, site_key_parts

__all__ = ["keys_of", "patient_of", "unnamed_patient"]


def keys_of(certificate: Certificate, site_key: bytes) -> tuple[str, ...]:
    """Return the binding keys of a certificate under the present site key and under its earlier generations."""
    parts = site_key_parts(site_key)
    generations = (b"".join(parts[:count]) for count in range(len(parts), 0, -1))
    return tuple(binding_key(certificate, generation) for generation in generations)


def patient_of(cards: PatientCards | None, certificate: Certificate, site_key: bytes) -> PatientCard | None:
    """Return whose card it is; None where nobody is tied to it. Raises PatientCardsUnusable."""
    return None if cards is None else cards.of(keys_of(certificate, site_key))


def unnamed_patient(patient: PatientCard, on: date, now: datetime) -> Member:
    """Return the person of a tie as a member: their numbers and their birthday alone."""
    return member_of(Qualification(), patient.enquiry(on), on, now)
