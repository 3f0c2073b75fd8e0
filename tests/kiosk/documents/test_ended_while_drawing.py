"""A signal that comes while a document is drawn is not taken for a picture that fails."""

import contextlib
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_mock import MockerFixture
from weasyprint import HTML

from kiosk.documents import Notice, Stationery, notice_pdf


class Ended(BaseException):
    """The exception that the command's own signal handler raises."""


@pytest.fixture
def ending() -> Iterator[None]:
    def end(*_: object) -> None:
        raise Ended

    before = signal.signal(signal.SIGTERM, end)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("ending")
def test_it_ends_the_command_once_the_document_is_drawn(
    notice: Notice, stationery: Stationery, mocker: MockerFixture
) -> None:
    drawn: list[bytes] = []
    write = HTML.write_pdf

    def write_interrupted(page: HTML, **options: Any) -> bytes:
        with contextlib.suppress(BaseException):  # as WeasyPrint does around a picture
            signal.raise_signal(signal.SIGTERM)
        drawn.append(write(page, **options))
        return drawn[0]

    mocker.patch.object(HTML, "write_pdf", write_interrupted)
    with pytest.raises(Ended):
        notice_pdf([notice], stationery)
    assert drawn[0].startswith(b"%PDF")
