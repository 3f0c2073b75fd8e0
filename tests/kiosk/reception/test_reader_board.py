"""What is said of readers: of those that were chosen and are not there, and of a driver that is down beside another."""

from __future__ import annotations

from drivers.errors import Trouble
from drivers.events import (
    CardInserted,
    CardWithdrawn,
    DriverLost,
    DriverReady,
    ReaderAdded,
    ReaderLeftOut,
    ReaderRemoved,
)
from drivers.nfc import plugin as nfc
from drivers.pcsc import plugin as pcsc
from drivers.worker.plugin import ReaderPlugin
from kiosk.failures import Code
from kiosk.reception.readers import ReaderBoard, sought
from simulators.readers import plugin as simulator

PLUGINS: dict[str, ReaderPlugin] = {"nfc": nfc, "pcsc": pcsc, "simulator": simulator}


def board(**options: dict[str, object]) -> ReaderBoard:
    plugins = {name: (PLUGINS[name], own) for name, own in options.items()}
    made = ReaderBoard({name: PLUGINS[name].label for name in options}, sought=sought(plugins))
    for driver in options:
        made.take(DriverReady(driver))
    return made


def test_a_chosen_reader_that_is_not_there_is_named() -> None:
    failure = board(pcsc={"readers": ["054c:0dc9"]}, nfc={"devices": ["usb:054c:06c1"]}).failure
    assert failure is not None
    assert (failure.code, failure.place) == (Code.NO_READER, "kiosk.reception.readers:failure")
    assert failure.reason == ("nothing fits pcsc.readers = ['054c:0dc9']; nothing fits nfc.devices = ['usb:054c:06c1']")


def test_where_none_was_chosen_there_is_nothing_to_name() -> None:
    failure = board(pcsc={"readers": [], "profiles": ["new-card.toml"]}).failure
    assert failure is not None and failure.reason == ""


def test_a_driver_that_is_down_is_told_beside_one_that_serves() -> None:
    made = board(simulator={}, nfc={})
    made.take(ReaderAdded("simulator", "left"))
    made.take(DriverLost("nfc", Trouble.READER_CLAIMED))
    assert made.failure is None
    assert [trouble.code for trouble in made.troubles] == [Code.READER_CLAIMED]
    made.take(DriverReady("nfc"))
    assert made.troubles == []


def test_a_reader_that_is_left_out_is_told_beside_one_of_its_driver_that_works() -> None:
    made = board(nfc={})
    made.take(ReaderAdded("nfc", "right"))
    made.take(ReaderLeftOut("nfc", "left", Trouble.READER_CLAIMED))
    assert (made.failure, made.names) == (None, {"right"})
    assert [trouble.reason for trouble in made.troubles] == ["driver nfc, reader left: reader_claimed"]
    (state,) = made.states({})
    assert [one.name for one in state.readers] == ["right"] and state.failure is None
    assert [(one.name, one.failure.code) for one in state.left_out] == [("left", Code.READER_CLAIMED)]
    made.take(ReaderRemoved("nfc", "left"))
    assert made.troubles == [] and made.states({})[0].left_out == ()


def test_where_no_other_reader_works_it_is_why_nobody_is_served() -> None:
    made = board(nfc={})
    made.take(ReaderLeftOut("nfc", "left", Trouble.READER_STUCK))
    assert made.failure is not None and made.failure.code is Code.READER_STUCK


def test_a_foreign_card_may_lie_beside_a_reader_that_is_free_until_it_is_moved() -> None:
    made = board(pcsc={})
    for reader in ("a", "b"):
        made.take(ReaderAdded("pcsc", reader))
    made.lay_aside("a")
    assert (made.holds_foreign("a"), made.may_lie("a"), made.may_lie("b")) == (True, True, False)
    made.take(CardInserted("pcsc", "b", trouble=Trouble.UNSUPPORTED_CARD))
    # Now there is no reader left for the next card.
    assert (made.holds_foreign("b"), made.may_lie("a"), made.may_lie("b")) == (True, False, False)
    made.take(CardWithdrawn("pcsc", "a"))
    assert (made.holds_foreign("a"), made.may_lie("b")) == (False, True)
