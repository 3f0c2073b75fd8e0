"""The register of members: versions, certificate bindings, and the facts for a decision.

`Registry` reads and writes the members in the database; `read_parts` reads a member file for an import, `read_rows` by
lines; `write_rows` writes one (`write_spreadsheet` for people); `facts_for` makes the facts for a decision.
"""

from kiosk.eligibility.bindings import Binding
from kiosk.eligibility.changes_refused import ChangeRefused, LargeChange, NotAsPreviewed, OlderFile
from kiosk.eligibility.circumstances import Circumstances, KeyRange, circumstances_in, key_ranges
from kiosk.eligibility.column_table import ColumnInWords, columns_in_words
from kiosk.eligibility.columns import NAMES, CellRefused, parse_address, parse_date, parse_postal_code
from kiosk.eligibility.csv_io import MEMBER_FILE, FileColumns, read_rows, write_rows, write_spreadsheet
from kiosk.eligibility.csv_row import CsvRow, values_of
from kiosk.eligibility.doubtful import CharacterCheck
from kiosk.eligibility.encodings import Decoder, FileEncoding
from kiosk.eligibility.errors import (
    BadLine,
    BindingRefused,
    DataRefused,
    EncodingRefused,
    EndlessFile,
    HeaderRefused,
    ImportRefused,
    KeyTaken,
    MemberChanged,
    UnknownMember,
)
from kiosk.eligibility.facts import CardSeen, NotBornYet, PapersSeen, facts_for
from kiosk.eligibility.feeds import FEEDS, Feed, FeedKind
from kiosk.eligibility.figures import RegisterFigures, register_figures
from kiosk.eligibility.file_reading import read_parts
from kiosk.eligibility.heartbeats import GONE_AFTER, CallKind, Heartbeat, KioskSeen, keep_heartbeat, kiosks_seen
from kiosk.eligibility.import_report import ImportReport
from kiosk.eligibility.importer import ImportRules, Source
from kiosk.eligibility.kana import folded as folded_kana
from kiosk.eligibility.kept_reports import KeptReport
from kiosk.eligibility.kept_standing import KeptStanding
from kiosk.eligibility.key_lookup import KeyQuery
from kiosk.eligibility.keys import FormerKey, ids_of, is_member
from kiosk.eligibility.looks import LOOKS_KEPT, MOST_LOOKS, MemberLook, keep_looks, looks_at
from kiosk.eligibility.lookup import MOST_FOUND, MemberQuery, NumberRefused
from kiosk.eligibility.model import Member, MemberBinding, MemberId, Statistics
from kiosk.eligibility.my_number import contains_my_number
from kiosk.eligibility.past_files import PastFile
from kiosk.eligibility.registry import Registry
from kiosk.eligibility.search import MOST_LISTED, MemberLine, MemberSearch, TooManyFound
from kiosk.eligibility.standing import FileAge, WaitingOrders
from kiosk.eligibility.undo import UndoNotAsPreviewed, UndoRefused, UndoReport
from kiosk.eligibility.version_sources import VersionSource
from kiosk.store.address import files_of, place_of
from kiosk.store.codes import Relationship, Sex
from kiosk.store.errors import (
    RegistryBusy,
    RegistryError,
    RegistryFull,
    RegistryMismatch,
    RegistrySilent,
    RegistryUnsure,
)
from kiosk.store.schema import LONGEST_ACTOR

__all__ = [
    "CallKind",
    "KeptStanding",
    "BadLine",
    "ChangeRefused",
    "BindingRefused",
    "Binding",
    "MemberBinding",
    "MemberChanged",
    "CellRefused",
    "CharacterCheck",
    "Circumstances",
    "ColumnInWords",
    "LONGEST_ACTOR",
    "MOST_FOUND",
    "MOST_LISTED",
    "NAMES",
    "CardSeen",
    "DataRefused",
    "Decoder",
    "FileAge",
    "FileEncoding",
    "EncodingRefused",
    "EndlessFile",
    "FEEDS",
    "Feed",
    "FeedKind",
    "FileColumns",
    "FormerKey",
    "GONE_AFTER",
    "Heartbeat",
    "MEMBER_FILE",
    "ImportRules",
    "KeptReport",
    "LargeChange",
    "OlderFile",
    "HeaderRefused",
    "ImportRefused",
    "ImportReport",
    "KeyTaken",
    "KeyQuery",
    "KeyRange",
    "KioskSeen",
    "Member",
    "MemberId",
    "MemberLine",
    "MemberQuery",
    "MemberSearch",
    "NotAsPreviewed",
    "NotBornYet",
    "NumberRefused",
    "PapersSeen",
    "PastFile",
    "RegisterFigures",
    "register_figures",
    "Registry",
    "RegistryBusy",
    "RegistryError",
    "RegistryFull",
    "RegistryMismatch",
    "RegistrySilent",
    "RegistryUnsure",
    "Relationship",
    "CsvRow",
    "Sex",
    "Source",
    "Statistics",
    "TooManyFound",
    "UnknownMember",
    "UndoNotAsPreviewed",
    "UndoRefused",
    "UndoReport",
    "VersionSource",
    "WaitingOrders",
    "circumstances_in",
    "columns_in_words",
    "contains_my_number",
    "facts_for",
    "files_of",
    "folded_kana",
    "kiosks_seen",
    "LOOKS_KEPT",
    "MOST_LOOKS",
    "MemberLook",
    "keep_looks",
    "looks_at",
    "ids_of",
    "is_member",
    "keep_heartbeat",
    "key_ranges",
    "parse_address",
    "parse_date",
    "parse_postal_code",
    "place_of",
    "read_parts",
    "read_rows",
    "values_of",
    "write_rows",
    "write_spreadsheet",
]
