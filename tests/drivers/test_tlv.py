"""BER-TLV within bounds: any bytes end in a value or in BadCardData."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import BadCardData
from drivers.tlv import MAX_CERTIFICATE, MAX_DEPTH, MAX_SIZE, Tlv, der_length, parse


@pytest.mark.parametrize(
    ("data", "objects"),
    [
        ("", ()),
        ("0400", (Tlv(0x04, 0, b""),)),
        ("04020102", (Tlv(0x04, 0, b"\x01\x02"),)),
        ("0481020102", (Tlv(0x04, 0, b"\x01\x02"),)),
        ("5F370101", (Tlv(0x5F37, 0, b"\x01"),)),
        ("5F81370101", (Tlv(0x5F8137, 0, b"\x01"),)),
        ("30000401AA", (Tlv(0x30, 0, b""), Tlv(0x04, 0, b"\xaa"))),
        (
            "3006300202000500",
            (
                Tlv(0x30, 0, bytes.fromhex("300202000500")),
                Tlv(0x30, 1, bytes.fromhex("0200")),
                Tlv(0x02, 2, b""),
                Tlv(0x05, 1, b""),
            ),
        ),
    ],
)
def test_objects_come_outermost_first(data: str, objects: tuple[Tlv, ...]) -> None:
    assert parse(bytes.fromhex(data)) == objects


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("04", "ends too early"),
        ("1F", "ends too early"),
        ("0405010203", "longer than what holds it"),
        ("30030402010203", "longer than what holds it"),
        ("300204", "ends too early|longer"),
        ("3080040100", "no definite form"),
        ("04FF00", "no definite form"),
        ("048400000001AA", "more than 3 bytes"),
        ("048201", "ends in its length"),
        ("1F81818101AA", "more than 3 bytes"),
    ],
)
def test_malformed_objects_are_refused(data: str, why: str) -> None:
    with pytest.raises(BadCardData, match=why):
        parse(bytes.fromhex(data))


def nested(levels: int) -> bytes:
    data = b"\x04\x00"
    for _ in range(levels - 1):
        length = len(data)
        data = (bytes([0x30, length]) if length < 0x80 else bytes([0x30, 0x82, *divmod(length, 256)])) + data
    return data


def test_depth_is_bounded() -> None:
    assert parse(nested(MAX_DEPTH))[-1].depth == MAX_DEPTH - 1
    with pytest.raises(BadCardData, match="16 levels"):
        parse(nested(MAX_DEPTH + 1))
    with pytest.raises(BadCardData):
        parse(nested(10_000))


def test_size_is_bounded() -> None:
    with pytest.raises(BadCardData, match="65,536"):
        parse(bytes(MAX_SIZE + 1))


@given(
    st.binary(max_size=200) | st.lists(st.sampled_from([0x30, 0x80, 0x82, 0x02, 0x00, 0x1F]), max_size=200).map(bytes)
)
def test_any_bytes_end_in_objects_or_bad_card_data(data: bytes) -> None:
    try:
        objects = parse(data)
    except BadCardData:
        return
    assert all(item.value in data and item.depth < MAX_DEPTH for item in objects)


@pytest.mark.parametrize(
    ("block", "length"),
    [
        ("3000", 2),
        ("307F", 129),
        ("308180", 131),
        ("30820622AAAA", 1574),
        ("30820FFC", MAX_CERTIFICATE),
    ],
)
def test_the_length_of_a_certificate(block: str, length: int) -> None:
    assert der_length(bytes.fromhex(block)) == length


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("", "SEQUENCE"),
        ("FFFF", "SEQUENCE"),
        ("31820622", "SEQUENCE"),
        ("30", "ends too early"),
        ("308206", "ends in its length"),
        ("3080", "no definite form"),
        ("30817F", "shortest"),
        ("30820080", "shortest"),
        ("3083000622", "shortest"),
        ("30820FFD", "4,096"),
        ("3083FFFFFF", "4,096"),
    ],
)
def test_no_certificate_begins_like_this(block: str, why: str) -> None:
    with pytest.raises(BadCardData, match=why):
        der_length(bytes.fromhex(block))


@given(st.binary(max_size=8) | st.binary(max_size=6).map(lambda tail: b"\x30" + tail))
def test_any_block_has_a_length_within_bounds_or_is_refused(block: bytes) -> None:
    try:
        assert 2 <= der_length(block) <= MAX_CERTIFICATE
    except BadCardData:
        pass
