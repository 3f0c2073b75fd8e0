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
    Trouble,
    error_of,
    place_of,
)
from drivers.tlv import der_length


def test_an_error_comes_back_by_its_trouble() -> None:
    error = error_of(Trouble.CARD_BUSY, "taken", place="drivers.jpki:JpkiCard.select")
    assert isinstance(error, CardBusy)
    assert (str(error), place_of(error)) == ("taken", "drivers.jpki:JpkiCard.select")


def test_the_status_word_comes_back_too() -> None:
    error = error_of(Trouble.CARD_ANSWER_ERROR, "refused", sw=0x6982)
    assert isinstance(error, CardAnswerError)
    assert error.sw == 0x6982


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_one_error_that_says_whether_to_try_again(trouble: Trouble) -> None:
    (kind,) = [leaf for base in (Retriable, Fatal) for leaf in base.__subclasses__() if leaf.trouble is trouble]
    assert issubclass(kind, Retriable) is not issubclass(kind, Fatal)
    assert type(error_of(trouble, "")) is kind


def test_an_error_of_another_package_that_names_no_trouble_is_a_lost_worker() -> None:
    assert DriverError("strange").trouble is Trouble.WORKER_LOST


def test_the_place_is_where_it_was_raised() -> None:
    with pytest.raises(BadCardData) as caught:
        der_length(b"")
    assert place_of(caught.value) == "drivers.tlv:der_length"


def test_an_error_that_was_not_raised_has_no_place() -> None:
    assert place_of(CardBusy("taken")) == ""
