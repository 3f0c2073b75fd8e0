"""How many commands a visit takes, and what is learnt of a link and forgotten again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.connection import Transport
from drivers.errors import (
    CardRemoved,
    CommunicationFailed,
)
from drivers.jpki import CardMemory, JpkiCard, PinOutcome
from drivers.memory import READS_ON_A_REFUSAL, LinkCapabilities
from tests.drivers.doubles import CardDouble
from tests.drivers.jpki_dialogue import CHALLENGE, SELECT, SIGN, VERIFY, remembered, selected, whole_visit


def test_everything_works_in_six_commands(make_card: type[CardDouble]) -> None:
    assert whole_visit(make_card()) == [
        SELECT,
        "00B08A000001FE",
        "00B001FE000428",
        "00200098",
        VERIFY,
        SIGN,
    ]


SHORT_READS = [f"00B0{offset:04X}{le}" for offset, le in zip(range(256, 1574, 256), ["00"] * 5 + ["26"], strict=True)]


@pytest.mark.parametrize("link_refuses", [False, True], ids=["6700", "link fault"])
def test_without_extended_length_eleven_commands_and_one_to_learn_it(
    make_card: type[CardDouble], link_refuses: bool
) -> None:
    card, memory = make_card(largest=256, link_refuses=link_refuses), CardMemory()
    reads = ["00B08A0000", *SHORT_READS]
    assert whole_visit(card, memory) == [SELECT, "00B08A000001FE", *reads, "00200098", VERIFY, SIGN]
    assert whole_visit(card, memory) == [SELECT, *reads, "00200098", VERIFY, SIGN]
    assert len(card.log) == 11


@pytest.mark.parametrize("link_refuses", [False, True], ids=["6700", "link fault"])
def test_with_neither_fourteen_commands_and_two_to_learn_it(make_card: type[CardDouble], link_refuses: bool) -> None:
    card, memory = make_card(largest=256, link_refuses=link_refuses, short_ids=frozenset()), CardMemory()
    assert len(whole_visit(card, memory)) == 16
    assert whole_visit(card, memory) == [
        SELECT,
        "00A4020C02000A",
        "00B0000000",
        *SHORT_READS,
        "00A4020C020018",
        "00200080",
        VERIFY.replace("98", "80", 1),
        "00A4020C020017",
        SIGN.replace("97", "80", 1),
    ]
    assert len(card.log) == 14


def test_neither_is_learnt_in_two_commands_when_the_short_id_is_refused_first(make_card: type[CardDouble]) -> None:
    card = make_card(largest=256, short_ids=frozenset())
    card.answers = {1: (b"", 0x6A82)}
    log = whole_visit(card)
    assert log[1:6] == ["00B08A000001FE", "00A4020C02000A", "00B000000001FE", "00B0000000", "00B0010000"]
    assert len(log) == 16


def test_extended_length_without_short_ids(make_card: type[CardDouble]) -> None:
    card, memory = make_card(short_ids=frozenset()), CardMemory()
    assert len(whole_visit(card, memory)) == 10
    # The certificate comes whole, now that its length is expected.
    assert len(whole_visit(card, memory)) == 8


@pytest.mark.parametrize("link_refuses", [False, True], ids=["6700", "link fault"])
def test_a_reader_of_522_byte_messages_is_learnt_by_number(make_card: type[CardDouble], link_refuses: bool) -> None:
    card, memory = make_card(largest=510, link_refuses=link_refuses), CardMemory()
    blocks = ["00B001FE0001FE", "00B003FC0001FE", "00B005FA2C"]
    assert whole_visit(card, memory)[1:6] == ["00B08A000001FE", "00B001FE000428", *blocks]
    assert whole_visit(card, memory)[1:5] == ["00B08A000001FE", *blocks]
    assert len(card.log) == 8


def test_shortened_answers_are_learnt_from(make_card: type[CardDouble]) -> None:
    card, memory = make_card(shortens_to=600), CardMemory()
    assert whole_visit(card, memory)[1:4] == ["00B08A000001FE", "00B001FE000428", "00B00456000" + "1D0"]
    assert memory.recall(card.transport).largest == 600


def test_answers_shortened_below_a_short_read_still_make_progress(make_card: type[CardDouble]) -> None:
    card, memory = make_card(shortens_to=100), CardMemory()
    assert len(whole_visit(card, memory)) == 4 + 16
    assert memory.recall(card.transport).largest == 256


def test_short_ids_refused_for_pin_and_key_alone(make_card: type[CardDouble]) -> None:
    card, memory = make_card(short_ids=frozenset({0x0A})), CardMemory()
    assert whole_visit(card, memory)[3:] == [
        "00200098",
        "00A4020C020018",
        "00200080",
        VERIFY.replace("98", "80", 1),
        SIGN,
        "00A4020C020017",
        SIGN.replace("97", "80", 1),
    ]
    # One less than it had to learn, one less by the certificate that comes whole.
    assert len(whole_visit(card, memory)) == 7
    assert len(card.verifies) == 1


@pytest.mark.parametrize("length", [260, 510, 511, 1583, 1749, 3808])
@pytest.mark.parametrize("largest", [256, 4096])
def test_no_read_but_the_first_of_all_asks_for_the_filler(
    make_card: type[CardDouble], make_certificate: Callable[..., bytes], length: int, largest: int
) -> None:
    card, memory = make_card(certificate=make_certificate(length), largest=largest), CardMemory()
    whole_visit(card, memory)
    asked = lengths_asked(whole_visit(card, memory))
    # A link that has carried no more than the usual first block is asked for that again.
    first = min(length, 2048) if largest > 256 and length - 510 > 510 else 510
    assert asked[0] == min(first, largest)
    assert sum(asked) == max(length, asked[0])


def lengths_asked(log: list[str]) -> list[int]:
    reads = [bytes.fromhex(apdu) for apdu in log if apdu.startswith("00B0")]
    return [int.from_bytes(apdu[5:], "big") if len(apdu) == 7 else apdu[4] or 256 for apdu in reads]


# -- the length of the last certificate ------------------------------------------------------------------


def test_a_link_that_is_known_takes_five_commands(make_card: type[CardDouble]) -> None:
    card, memory = make_card(), CardMemory()
    whole_visit(card, memory)
    assert whole_visit(card, memory) == [SELECT, "00B08A00000626", "00200098", VERIFY, SIGN]


@pytest.mark.parametrize("length", [1400, 1573, 1575, 1600])
def test_another_length_than_expected_takes_six_at_most(
    make_card: type[CardDouble], make_certificate: Callable[..., bytes], length: int
) -> None:
    memory = CardMemory()
    whole_visit(make_card(), memory)
    other = whole_visit(make_card(certificate=make_certificate(length)), memory)
    assert len(other) == (5 if length < 1574 else 6)


@pytest.mark.parametrize("refusal", [0x6700, 0x6A86, 0x6B00, None], ids=["6700", "6A86", "6B00", "link fault"])
def test_a_refusal_of_the_expected_length_falls_back_to_what_has_worked_and_is_remembered(
    make_card: type[CardDouble], refusal: int | None
) -> None:
    def at_most_1200(apdu: bytes) -> tuple[bytes, int] | None:
        if apdu[1] != 0xB0 or len(apdu) < 7 or int.from_bytes(apdu[5:], "big") <= 1200:
            return None
        if refusal is None:
            raise CommunicationFailed("too long for this reader")
        return b"", refusal

    card, memory = make_card(always=at_most_1200), CardMemory()
    assert lengths_asked(whole_visit(card, memory)) == [510, 1064]
    assert lengths_asked(whole_visit(card, memory)) == [1574, 1064, 510]
    for _ in range(2):
        assert lengths_asked(whole_visit(card, memory)) == [1064, 510]
    assert remembered(card, memory) == (1064, frozenset(), 0)


def test_a_card_that_carries_less_than_the_last_one_is_asked_for_the_usual_block(make_card: type[CardDouble]) -> None:
    memory = CardMemory()
    for _ in range(2):
        whole_visit(make_card(), memory)
    assert lengths_asked(whole_visit(make_card(largest=510), memory)) == [1574, 510, 510, 510, 44]


def test_only_a_certificate_that_has_signed_is_expected_again(make_card: type[CardDouble]) -> None:
    memory = CardMemory()
    for _ in range(2):
        assert selected(make_card(), memory).read_certificate() == make_card().certificate
    assert memory.recall(make_card().transport).expected == 0


def test_a_long_certificate_costs_the_next_card_little(
    make_card: type[CardDouble], make_certificate: Callable[..., bytes]
) -> None:
    memory = CardMemory()
    whole_visit(make_card(certificate=make_certificate(3808)), memory)
    assert lengths_asked(whole_visit(make_card(), memory)) == [2048]
    assert lengths_asked(whole_visit(make_card(), memory)) == [1574]


def test_a_certificate_shorter_than_the_first_block(
    make_card: type[CardDouble], make_certificate: Callable[..., bytes]
) -> None:
    card, memory = make_card(certificate=make_certificate(300)), CardMemory()
    assert len(whole_visit(card, memory)) == 5
    assert len(whole_visit(card, memory)) == 5


def test_different_links_are_learnt_apart_and_not_without_limit() -> None:
    memory = CardMemory(capacity=2)
    links = [Transport("pcsc", name, b"") for name in ("a", "b", "c")]
    for link in links:
        memory.learn(link, LinkCapabilities(largest=256))
    assert memory.recall(links[0]) == LinkCapabilities()
    assert [memory.recall(link).largest for link in links[1:]] == [256, 256]


# -- learning from faults --------------------------------------------------------------------------------


def test_one_link_fault_that_ends_the_dialogue_teaches_nothing_two_do(make_card: type[CardDouble]) -> None:
    memory = CardMemory()
    for largest in (4096, 256):
        card = make_card(always=lambda apdu: None)
        card.answers = {command: CommunicationFailed("gone") for command in (1, 2, 3)}
        with pytest.raises(CommunicationFailed):
            whole_visit(card, memory)
        assert memory.recall(card.transport).largest == largest


def test_a_success_forgets_an_earlier_link_fault(make_card: type[CardDouble]) -> None:
    card, memory = make_card(), CardMemory()
    memory.doubt(card.transport, LinkCapabilities(largest=256))
    whole_visit(card, memory)
    assert remembered(card, memory) == (4096, frozenset(), 0)


# -- unlearning ------------------------------------------------------------------------------------------


def hostile(make_card: type[CardDouble], how: str) -> CardDouble:
    """A card that refuses what every card of its kind can do."""
    if how == "shortens":
        return make_card(shortens_to=100, short_ids=frozenset())
    return make_card(largest=256, link_refuses=how == "link fault", short_ids=frozenset())


@pytest.mark.parametrize("how", ["6700", "link fault", "shortens"])
def test_what_a_hostile_card_has_taught_is_unlearnt_after_sixteen_reads(make_card: type[CardDouble], how: str) -> None:
    memory = CardMemory()
    whole_visit(hostile(make_card, how), memory)
    honest = make_card()
    assert all(len(whole_visit(honest, memory)) > 6 for _ in range(READS_ON_A_REFUSAL))
    assert len(whole_visit(honest, memory)) == 6
    assert all(len(whole_visit(honest, memory)) == 5 for _ in range(2 * READS_ON_A_REFUSAL))


def test_a_slow_card_is_asked_for_more_once_in_sixteen_reads(make_card: type[CardDouble]) -> None:
    card, memory = make_card(largest=256, short_ids=frozenset()), CardMemory()
    for _ in range(3):
        assert len(whole_visit(card, memory)) == 16
        assert all(len(whole_visit(card, memory)) == 14 for _ in range(READS_ON_A_REFUSAL))


def test_a_reader_whose_link_breaks_loses_one_card_in_sixteen(make_card: type[CardDouble]) -> None:
    """Two at first; when the refusal is tried anew, one fault is enough."""
    memory, lost = CardMemory(), 0
    for _ in range(2 + READS_ON_A_REFUSAL + 1 + READS_ON_A_REFUSAL):
        card = make_card()
        card.always = breaks_when_extended()
        try:
            whole_visit(card, memory)
        except CommunicationFailed:
            lost += 1
    assert lost == 2 + 1


def breaks_when_extended() -> Callable[[bytes], None]:
    """A link that an extended command breaks for good."""
    broken = []

    def always(apdu: bytes) -> None:
        if len(apdu) > 5 and apdu[1] == 0xB0:
            broken.append(apdu)
        if broken:
            raise CommunicationFailed("the link is broken")

    return always


def test_the_pin_is_verified_in_the_form_that_this_card_has_proved(make_card: type[CardDouble]) -> None:
    """Also where the card is let go between the read that tried anew and the PIN."""
    card, memory = make_card(short_ids=frozenset()), CardMemory()
    for _ in range(2 * READS_ON_A_REFUSAL):
        reading = selected(card, memory)
        certificate, tries = reading.read_certificate(), reading.pin_tries_left()
        card.application = False
        proving = JpkiCard(card, memory, tries, certificate=certificate)
        assert proving.verify_pin(bytearray(b"1234")).outcome is PinOutcome.RIGHT
        proving.sign(CHALLENGE)
        card.verified = card.application = False
    assert set(card.verifies) == {VERIFY.replace("98", "80", 1)}


def test_a_removed_card_is_no_refusal(make_card: type[CardDouble]) -> None:
    card = make_card(answers={1: CardRemoved("left")})
    with pytest.raises(CardRemoved):
        selected(card).read_certificate()
    assert len(card.log) == 2
