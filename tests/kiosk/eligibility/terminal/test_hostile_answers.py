"""Files that are no answer: each ends in our own error, in bounded time and memory, and says nothing of a person."""

from __future__ import annotations

import random
import re
import time
import tracemalloc
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.eligibility.terminal import parse_answer
from kiosk.eligibility.terminal.answers import parse_receipt, parse_registered, parse_units
from kiosk.eligibility.terminal.errors import AnswerUnreadable, TerminalError
from kiosk.eligibility.terminal.markup import LARGEST
from tests.kiosk.eligibility.terminal.other_side import GOLDEN, golden

VALID = golden("valid")
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))


def body(inside: str) -> bytes:
    return VALID.replace(b"<XmlMsg>", f"<XmlMsg>{inside}".encode(), 1)


def with_doctype(inside: str, reference: str) -> bytes:
    return VALID.replace(b"<XmlMsg>", f"<!DOCTYPE XmlMsg [{inside}]><XmlMsg><A>{reference}</A>".encode(), 1)


HOSTILE = {
    "empty": b"",
    "not XML": b"PK\x03\x04 not an answer",
    "half-written": VALID[: len(VALID) // 2],
    "without its last byte": VALID.rstrip()[:-1],
    "two documents": VALID + VALID.partition(b"?>")[2],
    "an entity bomb": with_doctype(ENTITIES, "&e9;"),
    "an external entity": with_doctype('<!ENTITY e SYSTEM "file:///etc/passwd">', "&e;"),
    "a document type alone": with_doctype("", ""),
    "an entity that nobody declared": body("<A>&e;</A>"),
    "deep": body("<A>" * 400 + "</A>" * 400),
    "wide": body("<A/>" * 30_000),
    "another root": VALID.replace(b"XmlMsg", b"HtmlMsg"),
    "60 MB": VALID + b" " * 60_000_000,
    "another encoding": VALID.replace(b'"UTF-8"', b'"EBCDIC-JP"'),
    "UTF-8 that is none": VALID.replace("土木".encode(), b"\xff\xfe"),
    "a control character": VALID.replace("土木".encode(), b"\x00"),
    "a birthday that does not exist": VALID.replace(b"Birthdate>19600405", b"Birthdate>19600431"),
    "a month that does not exist": VALID.replace(b"QualificationDate>20190401", b"QualificationDate>20191301"),
    "a date of zeros": VALID.replace(b"QualificationDate>20190401", b"QualificationDate>00000000"),
    "a date in full-width digits": VALID.replace(b"Date>20190401", "Date>２０１９０４０１".encode()),
    "a time that does not exist": VALID.replace(b"20261122101503", b"20261122251503"),
    "a ratio that is none": golden("elderly").replace(b"Ratio>020<", b"Ratio>999<"),
    "an amount that is none": VALID.replace(b"SelfPay>10000<", b"SelfPay>-1<"),
    "a long name": VALID.replace("土木　花子".encode(), "あ".encode() * 1001),
    "a birthday twice": VALID.replace(b"<Sex1>", b"<Birthdate>19700101</Birthdate><Sex1>"),
    "a name with elements in it": VALID.replace("<Name>土木　花子".encode(), b"<Name><A/>"),
    "two bodies": VALID.replace(b"</XmlMsg>", b"<MessageBody><A/></MessageBody></XmlMsg>"),
    "many results": VALID.replace(
        b"</ResultList>",
        b"<ResultOfQualificationConfirmation><Sex1>1</Sex1></ResultOfQualificationConfirmation>" * 30
        + b"</ResultList>",
    ),
    "no validity": VALID.replace(b"<QualificationValidity>1</QualificationValidity>", b""),
    "no body": VALID.replace(b"MessageBody", b"MessageTail"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_our_error_in_bounded_time_and_memory(content: bytes) -> None:
    tracemalloc.start()
    begun = time.monotonic()
    try:
        with pytest.raises(AnswerUnreadable) as caught:
            parse_answer(content)
        assert time.monotonic() - begun < 5
        assert tracemalloc.get_traced_memory()[1] < 16 * LARGEST
    finally:
        tracemalloc.stop()
    assert not re.search("土木|1960|ﾊﾅｺ|000000", str(caught.value))
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_utf_8_that_is_declared_as_shift_jis_is_no_other_name() -> None:
    """The bytes of 山田 in UTF-8 are those of 螻ｱ逕ｰ in Shift_JIS."""
    said = "<XmlMsg><MessageBody><QualificationValidity>1</QualificationValidity><ResultList>"
    said += "<ResultOfQualificationConfirmation><Name>山田</Name></ResultOfQualificationConfirmation>"
    content = f"<?xml version='1.0' encoding='Shift_JIS'?>{said}</ResultList></MessageBody></XmlMsg>"
    assert parse_answer(content.encode("cp932")).results[0].name == "山田"
    assert "山田" not in content.encode().decode("cp932")
    with pytest.raises(AnswerUnreadable, match="but it is UTF-8"):
        parse_answer(content.encode())


ONE_WAY = "¢£¬‖−〜"
"""CP932 writes these, and reads them as their full-width forms."""


@given(st.text(st.characters(codec="cp932", exclude_categories=["Cc"], exclude_characters=ONE_WAY), max_size=60))
def test_what_is_shift_jis_is_read_as_it_is(name: str) -> None:
    written = escape(name).encode("cp932")
    content = golden("shift_jis").replace("髙".encode("cp932"), written, 1)
    assert name in (parse_answer(content).results[0].name or "")


def test_unknown_elements_are_kept_in_bounds() -> None:
    many = "".join(f"<New{number}>{'x' * 2000}</New{number}>" for number in range(200))
    unknown = parse_answer(body(many)).unknown
    assert (len(unknown), max(map(len, unknown.values()))) == (100, 1000)


def test_an_external_file_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the machine")
    content = with_doctype(f'<!ENTITY e SYSTEM "{secret.as_uri()}">', "&e;")
    with pytest.raises(AnswerUnreadable, match="document type"):
        parse_answer(content)


@given(st.data())
def test_a_mutated_answer_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(
        (GOLDEN / data.draw(st.sampled_from(sorted(path.name for path in GOLDEN.iterdir())))).read_bytes()
    )
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                del content[place : place + chance.randrange(1, 60)]
            case 2:
                content[place:place] = content[: chance.randrange(200)]
            case _:
                content[place:place] = bytes(chance.randrange(256) for _ in range(4))
    for parse in (parse_answer, parse_registered, parse_receipt, lambda text: list(parse_units(text))):
        try:
            parse(bytes(content))
        except TerminalError:
            continue


@given(st.binary(max_size=400))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        parse_answer(content)
