"""The exception tree and the place of an error."""

from __future__ import annotations

import pytest

from drivers.errors import (
    BadCardData,
    CardAnswerError,
    CardBusy,
    DriverError,
    Fatal,
    Retriable,
    WorkerLost,
    error_named,
    place_of,
)
from drivers.tlv import der_length


def test_an_error_comes_back_by_its_name() -> None:
    error = error_named("CardBusy", "taken", place="drivers.jpki:JpkiCard.select")
    assert isinstance(error, CardBusy)
    assert (str(error), place_of(error)) == ("taken", "drivers.jpki:JpkiCard.select")


def test_the_status_word_comes_back_too() -> None:
    error = error_named("CardAnswerError", "refused", sw=0x6982)
    assert isinstance(error, CardAnswerError)
    assert error.sw == 0x6982


@pytest.mark.parametrize("name", ["ValueError", "", "DriverError"])
def test_an_unknown_name_is_a_lost_worker(name: str) -> None:
    assert type(error_named(name, "")) is WorkerLost


@pytest.mark.parametrize("kind", [*Retriable.__subclasses__(), *Fatal.__subclasses__()])
def test_every_error_says_whether_to_try_again(kind: type[DriverError]) -> None:
    assert issubclass(kind, Retriable) is not issubclass(kind, Fatal)
    assert type(error_named(kind.__name__, "")) is kind


def test_the_place_is_where_it_was_raised() -> None:
    with pytest.raises(BadCardData) as caught:
        der_length(b"")
    assert place_of(caught.value) == "drivers.tlv:der_length"


def test_an_error_that_was_not_raised_has_no_place() -> None:
    assert place_of(CardBusy("taken")) == ""
