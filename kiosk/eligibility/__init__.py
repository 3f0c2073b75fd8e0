"""The register of members: versions, certificate bindings, and the facts for a decision.

`Registry` reads and writes the members in the database; `read_rows` and `write_rows` read and write member files
(`write_spreadsheet` writes one for people); `facts_for` makes the facts for a decision.
"""

from kiosk.eligibility.bindings import Binding
from kiosk.eligibility.columns import NAMES, CellRefused, parse_address, parse_date, parse_postal_code
from kiosk.eligibility.csv_io import CsvRow, read_rows, values_of, write_rows, write_spreadsheet
from kiosk.eligibility.errors import (
    BadLine,
    BindingRefused,
    DataRefused,
    HeaderRefused,
    ImportRefused,
    KeyTaken,
    MemberChanged,
    UnknownMember,
)
from kiosk.eligibility.facts import CardSeen, NotBornYet, PapersSeen, facts_for
from kiosk.eligibility.importer import ImportReport, Source
from kiosk.eligibility.kana import folded as folded_kana
from kiosk.eligibility.key_lookup import KeyQuery
from kiosk.eligibility.keys import FormerKey
from kiosk.eligibility.lookup import MOST_FOUND, MemberQuery, NumberRefused
from kiosk.eligibility.model import Member, MemberBinding, MemberId, Statistics
from kiosk.eligibility.my_number import contains_my_number
from kiosk.eligibility.registry import Registry
from kiosk.store.address import files_of, place_of
from kiosk.store.codes import Relationship, Sex
from kiosk.store.errors import RegistryBusy, RegistryError, RegistryFull, RegistryMismatch, RegistrySilent
from kiosk.store.schema import LONGEST_ACTOR

__all__ = [
    "BadLine",
    "BindingRefused",
    "Binding",
    "MemberBinding",
    "MemberChanged",
    "CellRefused",
    "LONGEST_ACTOR",
    "MOST_FOUND",
    "NAMES",
    "CardSeen",
    "DataRefused",
    "FormerKey",
    "HeaderRefused",
    "ImportRefused",
    "ImportReport",
    "KeyTaken",
    "KeyQuery",
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
    "RegistrySilent",
    "Relationship",
    "CsvRow",
    "Sex",
    "Source",
    "Statistics",
    "UnknownMember",
    "contains_my_number",
    "facts_for",
    "files_of",
    "folded_kana",
    "parse_address",
    "parse_date",
    "parse_postal_code",
    "place_of",
    "read_rows",
    "values_of",
    "write_rows",
    "write_spreadsheet",
]
