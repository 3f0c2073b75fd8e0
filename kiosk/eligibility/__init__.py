"""The register of members: versions, certificate bindings, and the facts for a decision.

`Registry` is the door to the database, `read_rows` and `write_rows` to member files (`write_spreadsheet`
for people), `facts_for` to the decision.
"""

from kiosk.eligibility.bindings import Tie
from kiosk.eligibility.csv_io import Row, read_rows, values_of, write_rows, write_spreadsheet
from kiosk.eligibility.errors import (
    BadLine,
    BindingRefused,
    DataRefused,
    HeaderRefused,
    ImportRefused,
    RegistryBusy,
    RegistryError,
    RegistryFull,
    RegistryMismatch,
    UnknownMember,
)
from kiosk.eligibility.facts import CardSeen, NotBornYet, PapersSeen, facts_for
from kiosk.eligibility.importer import ImportReport, Source
from kiosk.eligibility.lookup import MemberQuery, NumberRefused
from kiosk.eligibility.model import Bound, Member, MemberId, Relationship, Sex, Statistics
from kiosk.eligibility.my_number import contains_my_number
from kiosk.eligibility.registry import Registry

__all__ = [
    "BadLine",
    "BindingRefused",
    "Bound",
    "CardSeen",
    "DataRefused",
    "HeaderRefused",
    "ImportRefused",
    "ImportReport",
    "Member",
    "MemberId",
    "MemberQuery",
    "NotBornYet",
    "NumberRefused",
    "PapersSeen",
    "Registry",
    "RegistryBusy",
    "RegistryError",
    "RegistryFull",
    "RegistryMismatch",
    "Relationship",
    "Row",
    "Sex",
    "Source",
    "Statistics",
    "Tie",
    "UnknownMember",
    "contains_my_number",
    "facts_for",
    "read_rows",
    "values_of",
    "write_rows",
    "write_spreadsheet",
]
