"""The reader's side of ISO/IEC 14443-4 against our card's side of it, over a link that loses and garbles."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.nfc.blocks import BUDGET_SECONDS, MAX_ANSWER, RETRIES, BlockFault, Blocks, BlockTooLong, Overdue
from simulators.cards import CardExchange
from simulators.picc import ATQBS, FRAME_SIZES, ExtraTime, Picc, TargetAtqb

FINE, LOST_ON_THE_WAY, LOST_ON_THE_WAY_BACK, GARBLED = "fine", "to the card", "to the reader", "garbled"
FATES = st.sampled_from([LOST_ON_THE_WAY, LOST_ON_THE_WAY_BACK, GARBLED])


@dataclass
class Parrot:
    """A card that answers what the test says, and remembers each command it executed."""

    response: bytes
    commands: list[bytes] = field(default_factory=list)
    atr: bytes = b""
    apdu_log: list[CardExchange] = field(default_factory=list)

    def power_on(self) -> None: ...

    def power_off(self) -> None: ...

    def reset(self) -> None: ...

    def transmit(self, apdu: bytes) -> bytes:
        self.commands.append(apdu)
        return self.response


def activated(card: Parrot, atqb: TargetAtqb, patience: ExtraTime | None = None) -> Picc:
    picc = Picc(card, atqb, patience)
    picc.field_on()
    found = picc.receive(bytes.fromhex("050010"))
    assert found is not None
    assert picc.receive(b"\x1d" + found[1:5] + bytes.fromhex("00080100")) == b"\x00"
    return picc


def over(picc: Picc, fates: Iterable[str] = ()) -> Callable[[bytes | bytearray, float], bytes | None]:
    """A link on which each exchange has its fate; when the list is at its end, all is fine."""
    coming = itertools.chain(fates, itertools.repeat(FINE))

    def exchange(block: bytes | bytearray, timeout: float) -> bytes | None:
        assert 0 < timeout <= 5.0
        fate = next(coming)
        answer = None if fate == LOST_ON_THE_WAY else picc.receive(bytes(block))
        return {FINE: answer, GARBLED: b"\x00\x00"}.get(fate) if answer is not None else None

    return exchange


def blocks(picc: Picc, fates: Iterable[str] = ()) -> Blocks:
    return Blocks(over(picc, fates), picc.atqb.frame_size, picc.atqb.waiting_time, clock=lambda: 0.0)


def bursts() -> st.SearchStrategy[list[str]]:
    """Faults in bursts no longer than the retries, each followed by an exchange that goes well."""
    burst = st.lists(FATES, max_size=RETRIES).map(lambda fates: [*fates, FINE])
    return st.lists(burst, max_size=40).map(lambda several: list(itertools.chain(*several)))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    command=st.binary(min_size=4, max_size=300),
    response=st.binary(min_size=2, max_size=1700),
    fsci=st.integers(0, 8),
    patience=st.builds(ExtraTime, st.integers(0, 2), st.integers(0, 2), st.integers(1, 59)),
    fates=bursts(),
)
def test_whatever_is_lost_the_card_executes_once_and_its_answer_arrives(
    command: bytes, response: bytes, fsci: int, patience: ExtraTime, fates: list[str]
) -> None:
    card = Parrot(response)
    picc = activated(card, TargetAtqb().with_sizes(fsci=fsci), patience)
    try:
        assert blocks(picc, fates).transceive(command) == response
        assert card.commands == [command]
    finally:
        picc.end()


@pytest.mark.parametrize("fwi", [4, 8, 10, 13, 14])
def test_a_card_with_any_waiting_time_gets_every_retry(fwi: int) -> None:
    picc = activated(Parrot(b"\x90\x00"), TargetAtqb().with_sizes(fwi=fwi))
    assert blocks(picc, [LOST_ON_THE_WAY_BACK] * RETRIES).transceive(bytes(5)) == b"\x90\x00"
    picc.end()


@pytest.mark.parametrize("fate", [LOST_ON_THE_WAY, LOST_ON_THE_WAY_BACK, GARBLED])
def test_one_fault_more_than_the_retries_ends_it(fate: str) -> None:
    card = Parrot(b"\x90\x00")
    picc = activated(card, TargetAtqb())
    with pytest.raises(BlockFault):
        blocks(picc, [fate] * (RETRIES + 1)).transceive(bytes(5))
    assert len(card.commands) <= 1
    picc.end()


def test_several_commands_in_one_activation() -> None:
    card = Parrot(bytes(600) + b"\x90\x00")
    picc = activated(card, TargetAtqb().with_sizes(fsci=5))
    link = blocks(picc, [FINE, GARBLED, FINE, LOST_ON_THE_WAY, FINE, LOST_ON_THE_WAY_BACK] * 4)
    for length in (5, 242, 61, 62, 122):
        assert link.transceive(bytes(length)) == card.response
        assert link.is_there()
    assert [len(command) for command in card.commands] == [5, 242, 61, 62, 122]
    picc.end()


def test_a_frame_is_never_longer_than_the_card_takes() -> None:
    for code, size in enumerate(FRAME_SIZES):
        picc = activated(Parrot(b"\x90\x00"), TargetAtqb().with_sizes(fsci=code))
        sizes: list[int] = []
        counted = Blocks(_counting(over(picc), sizes), size, 0.3)
        assert counted.transceive(bytes(700)) == b"\x90\x00"
        assert max(sizes) == size - 2
        picc.end()


def _counting(
    link: Callable[[bytes | bytearray, float], bytes | None], sizes: list[int]
) -> Callable[[bytes | bytearray, float], bytes | None]:
    def exchange(block: bytes | bytearray, timeout: float) -> bytes | None:
        sizes.append(len(block))
        return link(block, timeout)

    return exchange


def test_what_was_sent_is_wiped() -> None:
    kept: list[bytes | bytearray] = []

    def exchange(block: bytes | bytearray, timeout: float) -> bytes | None:
        kept.append(block)
        return b"\x02\x90\x00"

    Blocks(exchange, 256, 0.3).transceive(bytearray.fromhex("002000980431323334"))
    assert kept == [bytearray(10)]


def test_an_old_acknowledgement_does_not_make_it_send_again() -> None:
    sent: list[bytes] = []
    answers = iter([b"\xa3", b"\x02\x90\x00"])

    def exchange(block: bytes | bytearray, timeout: float) -> bytes | None:
        sent.append(bytes(block))
        return next(answers)

    assert Blocks(exchange, 256, 0.3).transceive(bytes.fromhex("002000980431323334")) == b"\x90\x00"
    assert [block[:1] for block in sent] == [b"\x02", b"\xb2"]


@pytest.mark.parametrize("old", [b"\xa3", b"\x03\x90\x00"], ids=["acknowledgement", "answer"])
def test_where_answers_come_late_nothing_is_sent_again(old: bytes) -> None:
    """What says «not received» may be as old: the card might judge a PIN twice."""
    sent: list[bytes] = []
    answers = iter([old, b"\xa3"])

    def exchange(block: bytes | bytearray, timeout: float) -> bytes | None:
        sent.append(bytes(block))
        return next(answers)

    with pytest.raises(BlockFault, match="late"):
        Blocks(exchange, 256, 0.3).transceive(bytes.fromhex("002000980431323334"))
    assert [block[:1] for block in sent] == [b"\x02", b"\xb2"]


def test_a_card_that_left_is_not_waited_for_as_long_as_it_might_take_for_a_command() -> None:
    waits: list[float] = []

    def exchange(block: bytes | bytearray, timeout: float) -> bytes | None:
        waits.append(timeout)
        return None

    with pytest.raises(BlockFault):
        Blocks(exchange, 256, ATQBS[2].waiting_time, clock=lambda: 0.0).transceive(bytes(5))
    assert waits == pytest.approx([2.52, 0.55, 0.55, 0.55], abs=0.01)


def test_a_card_that_asks_for_time_for_ever_is_given_up() -> None:
    now = itertools.count(0.0, 0.1)
    with pytest.raises(Overdue):
        Blocks(lambda block, timeout: b"\xf2\x01", 256, 0.3, clock=lambda: next(now)).transceive(bytes(5))
    assert next(now) < BUDGET_SECONDS + 1


def test_a_multiplier_counts_for_one_wait_and_has_a_limit() -> None:
    waits: list[float] = []
    answers = iter([b"\xf2\x02", b"\xf2\x3b", b"\x02\x90\x00"])

    def exchange(block: bytes | bytearray, timeout: float) -> bytes | None:
        waits.append(timeout)
        return next(answers)

    Blocks(exchange, 256, 0.5, clock=lambda: 0.0).transceive(bytes(5))
    assert waits == pytest.approx([0.55, 1.05, 5.0])


def test_an_endless_answer_is_given_up() -> None:
    numbers = itertools.cycle([0, 1])
    for part, error in ((bytes(250), BlockTooLong), (b"", Overdue)):
        link = Blocks(lambda block, timeout, part=part: bytes([0x12 | next(numbers)]) + part, 256, 0.3)
        with pytest.raises(error):
            link.transceive(bytes(5))


def test_the_longest_answer_arrives() -> None:
    picc = activated(Parrot(bytes(MAX_ANSWER)), TargetAtqb())
    assert len(blocks(picc).transceive(bytes(7))) == MAX_ANSWER
    picc.end()


@settings(max_examples=200)
@given(st.lists(st.one_of(st.none(), st.binary(max_size=6)), min_size=1, max_size=30))
def test_arbitrary_answers_end_in_an_answer_or_a_fault(answers: list[bytes | None]) -> None:
    def coming() -> Iterator[bytes | None]:
        yield from answers
        while True:
            yield None

    source = coming()
    with_limit = Blocks(lambda block, timeout: next(source), 256, 0.3, clock=lambda: 0.0)
    try:
        with_limit.transceive(bytes(20))
    except BlockFault:
        return


@pytest.mark.parametrize("block", ["0A0000", "0600", "F2", "F200", "F23C", "F20101", "C2", "A300", "B2", "1300", "E2"])
def test_a_block_that_must_not_come_is_asked_for_again(block: str) -> None:
    sent: list[bytes] = []
    answers = iter([bytes.fromhex(block), b"\x02\x90\x00"])

    def exchange(frame: bytes | bytearray, timeout: float) -> bytes | None:
        sent.append(bytes(frame))
        return next(answers)

    assert Blocks(exchange, 256, 0.3).transceive(bytes(4)) == b"\x90\x00"
    assert sent[1] == b"\xb2"


def test_presence_is_asked_without_moving_anything() -> None:
    card = Parrot(b"\x90\x00")
    picc = activated(card, TargetAtqb())
    link = blocks(picc, [FINE, LOST_ON_THE_WAY, FINE, LOST_ON_THE_WAY, LOST_ON_THE_WAY])
    assert link.transceive(bytes(4)) == b"\x90\x00"
    assert link.is_there()
    assert not link.is_there()
    assert link.transceive(bytes(4)) == b"\x90\x00"
    assert len(card.commands) == 2
    picc.end()
