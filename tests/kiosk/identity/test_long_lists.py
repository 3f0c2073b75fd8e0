"""The entries of a list as a set: each is in it that should be, of a million too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity import Revocation
from kiosk.identity.crl import parse_crls
from kiosk.identity.crl_form import take_apart
from simulators import pki
from tests.kiosk.identity.surgery import changed, grown, tlv

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
USER = pki.user_authority(NOW)
LEAF = USER.issue(serial=0x5EC2E7A1)
OTHER = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "somebody else")])
MILLION = 1_000_000

entries = st.lists(
    st.builds(
        pki.Listed,
        serial=st.integers(1, 2**159 - 1),
        on=st.sampled_from([None, NOW, NOW.replace(year=2060)]),
        reason=st.none() | st.sampled_from(list(x509.ReasonFlags)),
        certificate_issuer=st.none() | st.sampled_from([USER.certificate.subject, OTHER]),
    ),
    max_size=30,
    unique_by=lambda entry: entry.serial,
)


def means(listed: list[pki.Listed], *, delta: bool) -> set[int]:
    """Which numbers are revoked for USER's certificates: RFC 5280 5.3.1 and 5.3.3, written down once more."""
    ours, revoked = True, set()
    for entry in listed:
        ours = ours if entry.certificate_issuer is None else entry.certificate_issuer == USER.certificate.subject
        removed = delta and entry.reason is x509.ReasonFlags.remove_from_crl
        revoked |= {entry.serial} if ours and not removed else set()
    return revoked


@given(entries, st.booleans())
def test_the_set_holds_what_the_entries_mean(listed, delta):
    crl = USER.crl(revoked=listed, number=2, delta_of=1 if delta else None)
    (parsed,) = parse_crls(crl).lists
    assert {entry.serial for entry in listed if parsed.entries.lists(entry.serial)} == means(listed, delta=delta)
    assert len(parsed.entries.serials) == len(means(listed, delta=delta))


def lengthened(entry: bytes) -> bytes:
    """Return the entry with one byte more in its length than DER takes."""
    return bytes([0x30, 0x81]) + entry[1:]


@given(st.integers(1, 2**64), st.booleans())
def test_an_entry_with_a_longer_length_is_an_entry(serial, reasoned):
    """OpenSSL takes it as well (BER)."""
    crl = USER.crl(revoked=[pki.Listed(serial, reason=x509.ReasonFlags.superseded if reasoned else None)])
    (entry,) = take_apart(crl).entries.inside()
    odd = changed(USER, crl, lambda tbs: grown(tbs, entry.whole, lengthened(entry.whole)))
    (parsed,) = parse_crls(odd).lists
    assert parsed.entries.lists(serial)


@pytest.fixture(scope="module")
def million() -> bytes:
    """A list of a million others with numbers of 16 bytes, every second with a reason, and ours in the middle."""
    reason = tlv(0x30, tlv(0x30, bytes.fromhex("0603551d1504030a0101")))
    date = bytes.fromhex("170d3236303630313030303030305a")
    lines = [
        tlv(0x30, b"\x02\x10" + number.to_bytes(16, "big"), date, reason if number % 2 else b"")
        for number in range(1 << 120, (1 << 120) + MILLION * 7919, 7919)
    ]
    ours = tlv(0x30, b"\x02\x04" + LEAF.certificate.serial_number.to_bytes(4, "big"), date)
    one = USER.crl(revoked=[LEAF.certificate])
    (entry,) = take_apart(one).entries.inside()
    return changed(USER, one, lambda tbs: grown(tbs, entry.whole, b"".join((*lines[::2], ours, *lines[1::2]))))


def test_a_million_entries_are_read_and_each_is_told_apart(million):
    """How long that takes is measured in script/bench revocation."""
    (parsed,) = parse_crls(million).lists
    assert len(parsed.entries.serials) == MILLION + 1
    for issued, said in ((LEAF, Revocation.REVOKED), (USER.issue(serial=1), Revocation.GOOD)):
        assert parsed.status(issued.certificate, USER.certificate, NOW) is said
