"""Command APDUs in all their forms (ISO 7816-4 5.1)."""

from __future__ import annotations

import pytest

from simulators.commands import CardCommand, MalformedCommand, parse_command

FORMS = {
    "case 1": ("00200098", CardCommand(0x00, 0x20, 0x00, 0x98)),
    "case 2 short": ("00B08A0010", CardCommand(0x00, 0xB0, 0x8A, 0x00, le=16)),
    "case 2 short, all": ("00B08A0000", CardCommand(0x00, 0xB0, 0x8A, 0x00, le=256)),
    "case 3 short": ("0020009804 31323334", CardCommand(0x00, 0x20, 0x00, 0x98, b"1234")),
    "case 4 short": ("802A009702 ABCD 00", CardCommand(0x80, 0x2A, 0x00, 0x97, b"\xab\xcd", 256)),
    "case 2 extended": ("00B08A00 000640", CardCommand(0x00, 0xB0, 0x8A, 0x00, le=1600, extended=True)),
    "case 2 extended, all": ("00B08A00 000000", CardCommand(0x00, 0xB0, 0x8A, 0x00, le=65536, extended=True)),
    "case 3 extended": ("00200098 000004 31323334", CardCommand(0x00, 0x20, 0x00, 0x98, b"1234", extended=True)),
    "case 4 extended": ("802A0097 000002 ABCD 0000", CardCommand(0x80, 0x2A, 0, 0x97, b"\xab\xcd", 65536, True)),
}


@pytest.mark.parametrize(("apdu", "command"), FORMS.values(), ids=FORMS.keys())
def test_form(apdu: str, command: CardCommand) -> None:
    assert parse_command(bytes.fromhex(apdu)) == command


@pytest.mark.parametrize(
    "apdu",
    [
        "",
        "00A404",
        "00A4040C 05 D392",
        "00A4040C 02 D392 0000",
        "00A4040C 0000",
        "00A4040C 000000 00",
        "00A4040C 000003 D392",
    ],
)
def test_not_a_command(apdu: str) -> None:
    with pytest.raises(MalformedCommand):
        parse_command(bytes.fromhex(apdu))


def test_data_is_not_shown() -> None:
    assert "1234" not in repr(parse_command(bytes.fromhex("0020009804 31323334")))
