"""Comparing a visit with the patients of ORCA. Pure; both sides write the same thing in different widths."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from kiosk.eligibility import folded_kana
from kiosk.orca.model import Arrival, Insurance, OrcaPatient

__all__ = ["InsuranceDifference", "differences", "fits", "search_names", "valid_on"]

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－", "-"))


_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
"""ORCA's names are all in full width, those in Latin letters too."""


class InsuranceDifference(StrEnum):
    """What of an insurance is not the same in ORCA."""

    INSURER_NUMBER = "insurer_number"
    SYMBOL = "symbol"
    NUMBER = "number"
    BRANCH = "branch"


def search_names(arrival: Arrival) -> tuple[str, ...]:
    """Return what to search for: 姓 in 漢字, and 姓 in full-width カタカナ, as ORCA has them.

    ORCA finds names that begin so. Both are sought, since it may have another form of the 漢字, or no フリガナ. Of a
    name without a space nobody knows where 姓 ends: its first letter is sought.
    """
    forms = (unicodedata.normalize("NFC", arrival.name).split(), unicodedata.normalize("NFKC", arrival.kana).split())
    found = [words[0] if len(words) > 1 else words[0][:1] for words in forms if words]
    return tuple(dict.fromkeys(name.translate(_WIDE) for name in found))


def fits(arrival: Arrival, patient: OrcaPatient) -> bool:
    """Return whether a patient is the person, by birthday and 氏名 or フリガナ."""
    if arrival.birth_date != patient.birth_date:
        return False
    kana, theirs = folded_kana(arrival.kana), folded_kana(patient.kana)
    return _plain_name(arrival.name) == _plain_name(patient.name) != "" or kana == theirs != ""


def differences(arrival: Arrival, insurance: Insurance) -> tuple[InsuranceDifference, ...]:
    """Return what of the visit's insurance is not the same in one of ORCA's; empty: it is that insurance.

    A 枝番 that one of both lacks is no difference: ORCA has them only since 2021.
    """
    pairs = (
        (InsuranceDifference.INSURER_NUMBER, _insurer(arrival.insurer_number), _insurer(insurance.insurer_number)),
        (InsuranceDifference.SYMBOL, _plain(arrival.symbol), _plain(insurance.symbol)),
        (InsuranceDifference.NUMBER, _plain(arrival.number), _plain(insurance.number)),
    )
    found = [what for what, ours, theirs in pairs if ours != theirs]
    ours, theirs = _plain(arrival.branch), _plain(insurance.branch)
    if ours and theirs and ours.zfill(2) != theirs.zfill(2):
        found.append(InsuranceDifference.BRANCH)
    return tuple(found)


def valid_on(day: date, insurances: Iterable[Insurance]) -> list[Insurance]:
    """Return the insurances that count on a day."""
    return [insurance for insurance in insurances if insurance.validity.covers(day)]


def _plain_name(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _plain(text: str) -> str:
    """Return 記号, 番号 or 枝番 without width, spaces and the many forms of a dash."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def _insurer(number: str) -> str:
    """Return a 保険者番号 without what fills a 国保's six digits up to eight."""
    return _plain(number).lstrip("0")
