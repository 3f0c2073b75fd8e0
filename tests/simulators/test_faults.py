"""A card with faults, and a slow one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulators.card import JpkiCardSimulator
from simulators.faults import CardFellSilent, CardLeft, Fault, FaultKind, FaultyCard, SlowCard

MakeCard = Callable[..., JpkiCardSimulator]

SELECT = bytes.fromhex("00A4040C0AD392F000260100000001")
TRIES = bytes.fromhex("00200098")
OK = b"\x90\x00"


def faulty(card: JpkiCardSimulator, *faults: Fault) -> FaultyCard:
    wrapped = FaultyCard(card, faults)
    wrapped.power_on()
    return wrapped


def test_fault_happens_at_its_command_and_only_there(card: MakeCard) -> None:
    tested = faulty(card(), Fault.status(0x6F00, at=2))

    assert [tested.transmit(SELECT) for _ in range(3)] == [OK, b"\x6f\x00", OK]


def test_fault_can_count_one_instruction(card: MakeCard) -> None:
    tested = faulty(card(), Fault.answers(b"\x63\xc1", instruction=0x20))

    assert tested.transmit(SELECT) == OK
    assert tested.transmit(TRIES) == b"\x63\xc1"
    assert tested.transmit(TRIES) == b"\x63\xc3"


def test_fault_can_last(card: MakeCard) -> None:
    tested = faulty(card(), Fault.status(0x6F00, at=2, lasting=True))

    assert [tested.transmit(SELECT) for _ in range(3)] == [OK, b"\x6f\x00", b"\x6f\x00"]


def test_faulty_command_never_reaches_the_card(card: MakeCard) -> None:
    tested = faulty(card(), Fault.leaves())

    with pytest.raises(CardLeft):
        tested.transmit(SELECT)

    assert tested.apdu_log == []


def test_a_card_may_obey_and_leave_unheard(card: MakeCard) -> None:
    tested = faulty(card(), Fault.leaves_after())

    with pytest.raises(CardLeft):
        tested.transmit(SELECT)

    assert [exchange.sw for exchange in tested.apdu_log] == [0x9000]


def test_silence_and_departure(card: MakeCard) -> None:
    tested = faulty(card(), Fault.silent(1), Fault.leaves(2))

    with pytest.raises(CardFellSilent):
        tested.transmit(SELECT)
    with pytest.raises(CardLeft):
        tested.transmit(SELECT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": 0, "kind": FaultKind.SILENT},
        {"at": 1, "kind": FaultKind.LEAVES, "answer": OK},
        {"at": 1, "kind": FaultKind.ANSWERS, "answer": bytes(65_539)},
    ],
)
def test_impossible_fault_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="fault|commands"):
        Fault(**wrong)  # type: ignore[arg-type]


def test_slow_card_takes_the_time_of_the_published_log(card: MakeCard) -> None:
    waited: list[float] = []
    tested = SlowCard(card(), pause=waited.append)
    tested.power_on()

    tested.transmit(SELECT)
    tested.transmit(bytes.fromhex("0020009804" + b"1234".hex()))
    tested.transmit(bytes.fromhex("802A00970141" + "00"))

    assert waited == pytest.approx([0.043 + 2 * 0.00068] * 2 + [0.043 + 258 * 0.00068 + 0.490])
