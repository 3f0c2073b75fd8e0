"""Reading a form with a file in pieces, wherever they end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.web.officer.multipart import MultipartReader, MultipartRefused, boundary_of

BOUNDARY = b"----kiosk"
HEAD = b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'


def body_of(content: bytes) -> bytes:
    field = b'Content-Disposition: form-data; name="kind"\r\n\r\nmembers'
    between = b"\r\n--" + BOUNDARY
    return between[2:] + b"\r\n" + field + between + b"\r\n" + HEAD + content + between + b"--\r\n"


async def parts_of(body: bytes, size: int) -> list[tuple[str, bytes | None, bytes]]:
    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(body), size):
            yield body[at : at + size]

    reader, found = MultipartReader(chunks(), BOUNDARY), []
    while (part := await reader.next_part()) is not None:
        found.append((part.name, part.file_name, b"".join([piece async for piece in reader.content()])))
    return found


@given(
    st.one_of(st.binary(max_size=400), st.text("\r\n-kios", max_size=80).map(str.encode)).filter(
        lambda content: b"\r\n--" + BOUNDARY not in b"\r\n" + content + b"\r\n"
    ),
    st.integers(1, 100),
)
def test_the_content_is_what_was_sent_wherever_the_pieces_end(content: bytes, size: int) -> None:
    found = anyio.run(parts_of, body_of(content), size)
    assert found == [("kind", None, b"members"), ("file", b"a.csv", content)]


@pytest.mark.parametrize("lost", range(1, 40))
def test_a_body_that_ends_early_is_refused(lost: int) -> None:
    body = body_of(b"a,b")
    with pytest.raises(MultipartRefused):
        anyio.run(parts_of, body[: -len(BOUNDARY) - 6 - lost], 7)


def test_what_is_no_form_is_refused_at_once_and_not_kept() -> None:
    async def read() -> int:
        given = 0

        async def chunks() -> AsyncIterator[bytes]:
            nonlocal given
            while True:
                given += 1
                yield bytes(4096)

        with pytest.raises(MultipartRefused):
            await MultipartReader(chunks(), BOUNDARY).next_part()
        return given

    assert anyio.run(read) == 1


@pytest.mark.parametrize("head", [b"name=x", b'Content-Disposition: form-data; name="a\xff"', b"a" * 5000])
def test_a_part_without_a_name_is_refused(head: bytes) -> None:
    with pytest.raises(MultipartRefused):
        anyio.run(parts_of, b"--" + BOUNDARY + b"\r\n" + head + b"\r\n\r\nx\r\n--" + BOUNDARY + b"--\r\n", 9)


@pytest.mark.parametrize(
    "given", ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=" + "a" * 71]
)
def test_what_names_no_boundary_is_refused(given: str) -> None:
    with pytest.raises(MultipartRefused):
        boundary_of(given)


def test_a_boundary_may_have_quotation_marks() -> None:
    assert boundary_of('multipart/form-data; boundary="a-b"') == b"a-b"
