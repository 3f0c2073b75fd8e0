"""The client against `simulate terminal`: two readings of one reference, which share no code, must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk import tokyo_day
from kiosk.eligibility.terminal import (
    Booking,
    Enquiry,
    Exchange,
    FaceFile,
    FaceFolder,
    Folders,
    KnownAnswers,
    ReferenceRegistration,
    Status,
    Terminal,
    ask_all,
    register_all,
    registering,
)
from kiosk.failures import Code
from simulators.people.elsewhere import crowd, outsiders, terminal_text
from simulators.terminal import (
    Encoding,
    GivenConsents,
    InsuredPerson,
    Options,
    Scenario,
    SimulatedTerminal,
    TerminalFolders,
    read_members,
)

INSTITUTION = "1312345678"
TODAY = tokyo_day(datetime.now(UTC))

Simulate = Callable[..., SimulatedTerminal]
Connect = Callable[..., Terminal]


@pytest.fixture
def open_things() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def simulate(tmp_path: Path, open_things: ExitStack) -> Simulate:
    """Starts the terminal for the people of other insurers and a crowd, under a scenario."""

    def start(scenario: Scenario | None = None, *, crowded: int = 0, **options: object) -> SimulatedTerminal:
        path = tmp_path / "members.csv"
        rows = [*(one.member for one in outsiders(TODAY)), *crowd(crowded, TODAY)]
        path.write_text(terminal_text(rows), encoding="utf-8")
        folders = TerminalFolders.made_in(tmp_path / "terminal")
        made = Options(institution=INSTITUTION, **options)  # type: ignore[arg-type]
        terminal = SimulatedTerminal(folders, read_members(path), scenario=scenario, delay=0.0, options=made)
        return open_things.enter_context(terminal)

    return start


@pytest.fixture
def connect(open_things: ExitStack) -> Connect:
    """The client of a terminal."""

    def connected(other: SimulatedTerminal, timeout: float = 20.0) -> Terminal:
        exchange = Exchange(Folders(other.folders.req, other.folders.res), timeout)
        open_things.callback(exchange.close)
        return Terminal(exchange, INSTITUTION)

    return connected


def person(name: str) -> InsuredPerson:
    """Return somebody of another insurer by their id."""
    member = next(one.member for one in outsiders(TODAY) if one.id == name)
    return InsuredPerson(
        member["insurer_number"],
        member["symbol"],
        member["number"],
        member["branch"],
        date.fromisoformat(member["birth_date"]),
        date.fromisoformat(member["acquired_on"]),
        kana=member["kana"],
    )


def about(one: InsuredPerson, *, limit_consent: bool = False, branch: str | None = None) -> Enquiry:
    branch = one.branch if branch is None else branch
    return Enquiry(one.insurer_number, one.symbol, one.number, branch, one.birth_date, TODAY, limit_consent)


ANSWERS = {
    Scenario.VALID: (Status.VALID, None),
    Scenario.INVALID: (Status.INVALID, None),
    Scenario.NEW_QUALIFICATION: (Status.NEW_QUALIFICATION, None),
    Scenario.NONE: (Status.NONE, Code.NOT_FOUND_ONLINE),
    Scenario.SEVERAL: (Status.SEVERAL, Code.SEVERAL_FOUND_ONLINE),
    Scenario.TWINS: (Status.VALID, None),
    Scenario.SLOW: (Status.VALID, None),
    Scenario.SILENT: (Status.TIMEOUT, Code.TERMINAL_SILENT),
    Scenario.HALF_WRITTEN: (Status.VALID, None),
    Scenario.BROKEN: (Status.ERROR, Code.ANSWER_UNREADABLE),
    Scenario.ERROR: (Status.ERROR, Code.TERMINAL_REFUSED),
    Scenario.NOTICE: (Status.VALID, None),
    Scenario.SHIFT_JIS: (Status.VALID, None),
    Scenario.ELDERLY: (Status.VALID, None),
    Scenario.LATE_ELDERLY: (Status.VALID, None),
    Scenario.PRESCHOOL: (Status.VALID, None),
    Scenario.LIMIT: (Status.VALID, None),
    Scenario.SPECIFIC_DISEASE: (Status.VALID, None),
    Scenario.NOT_LINKED_YET: (Status.NONE, Code.NOT_FOUND_ONLINE),
    Scenario.WRONG_FACE: (Status.VALID, None),
}
HASTY = {Scenario.SILENT, Scenario.BROKEN}


def test_every_scenario_is_here() -> None:
    assert set(ANSWERS) == set(Scenario)


@pytest.mark.parametrize("scenario", Scenario)
def test_one_question(scenario: Scenario, simulate: Simulate, connect: Connect) -> None:
    who = person("kyokai-valid")
    terminal = connect(simulate(scenario), 1.0 if scenario in HASTY else 20.0)
    answer = terminal.ask(about(who, limit_consent=True))
    assert (answer.status, answer.failure) == ANSWERS[scenario]
    assert not answer.unknown
    for result in answer.results:
        assert (result.insurer_number, result.symbol, result.number) == (who.insurer_number, who.symbol, who.number)
        assert result.birth_date == who.birth_date
        assert result.insurer_name == "模擬健康保険協会"


def test_what_the_scenarios_add(simulate: Simulate, connect: Connect) -> None:
    other = simulate()
    terminal, who = connect(other), person("kyokai-valid")

    other.scenario = Scenario.LIMIT
    agreed, refused = (terminal.ask(about(who, limit_consent=yes)).results[0] for yes in (True, False))
    assert agreed.limit is not None
    assert agreed.limit.limit_class is not None
    assert refused.limit is None

    other.scenario = Scenario.SPECIFIC_DISEASE
    assert terminal.ask(about(who)).results[0].specific_diseases[0].category == "1"

    other.scenario = Scenario.ELDERLY
    assert terminal.ask(about(who)).results[0].copay_percent == 30

    other.scenario = Scenario.LATE_ELDERLY
    assert terminal.ask(about(who)).results[0].contribution_percent == 30

    other.scenario = Scenario.PRESCHOOL
    assert terminal.ask(about(who)).results[0].preschool

    other.scenario = Scenario.INVALID
    lost = terminal.ask(about(who)).results[0]
    assert lost.lost_on is not None
    assert lost.lost_on < TODAY
    assert lost.loss_reason == "03"

    other.scenario = Scenario.NOTICE
    assert terminal.ask(about(who)).message

    other.scenario = Scenario.ERROR
    assert (terminal.ask(about(who)).code or "").startswith("SIM-")

    other.scenario = Scenario.TWINS
    assert terminal.ask(about(who, branch="")).status is Status.SEVERAL


@pytest.mark.parametrize("encoding", Encoding)
def test_rare_letters(encoding: Encoding, simulate: Simulate, connect: Connect) -> None:
    terminal = connect(simulate(encoding=encoding))
    found = terminal.ask(about(person("kumiai-rare-letters"))).results[0]
    assert found.name == "髙﨑\N{IDEOGRAPHIC SPACE}一"
    assert (found.address or "").startswith("東京都千代田区模擬町①番2号")


def test_a_number_of_six_digits(simulate: Simulate, connect: Connect) -> None:
    answer = connect(simulate()).ask(about(person("city-pays-in-full")))
    assert answer.results[0].insurer_number == "139998"
    assert answer.results[0].certificate_class == "05"


def test_a_member_of_the_register_who_pays_in_full(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    key = "insurer_number,symbol,number,branch,birth_date,acquired_on"
    path.write_text(f"{key},pays_in_full\n133033,71-0000,1,00,1980-01-01,2020-04-01,true\n", encoding="utf-8")
    assert read_members(path)[0].certificate_class == "05"


@pytest.mark.parametrize("scenario", [None, Scenario.HALF_WRITTEN, Scenario.SHIFT_JIS])
def test_a_registered_reference_comes_back(scenario: Scenario | None, simulate: Simulate, connect: Connect) -> None:
    terminal, who = connect(simulate(scenario)), person("kyokai-valid")
    registration = ReferenceRegistration(who.insurer_number, who.symbol, who.number, who.branch, "K-0012")
    assert terminal.register(registration).status == "done"
    assert terminal.ask(about(who)).results[0].reference == "K-0012"


def test_nobody_to_register(simulate: Simulate, connect: Connect) -> None:
    registered = connect(simulate()).register(ReferenceRegistration("133033", "1", "2", "00", "K-1"))
    assert registered.status == "error"
    assert registered.code == "SIM-R004"


@pytest.mark.parametrize("scenario", [Scenario.SILENT, Scenario.BROKEN, Scenario.ERROR])
def test_a_registration_that_fails(scenario: Scenario, simulate: Simulate, connect: Connect) -> None:
    terminal, who = connect(simulate(scenario), 1.0), person("kyokai-valid")
    registered = terminal.register(ReferenceRegistration(who.insurer_number, who.symbol, who.number, who.branch, "K-1"))
    assert registered.status == ("timeout" if scenario is Scenario.SILENT else "error")


@pytest.mark.parametrize("options", [{}, {"zipped": True}, {"encoding": Encoding.SHIFT_JIS}, {"processing": 3}])
def test_registered_in_bulk_they_come_back(
    options: dict[str, object], simulate: Simulate, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "PART", 2)
    people = [person(who) for who in ("kyokai-valid", "kyokai-preschool", "kumiai-limit")]
    numbers = [
        ReferenceRegistration(who.insurer_number, who.symbol, who.number, who.branch, f"K-{place}")
        for place, who in enumerate(people)
    ]
    nobody = ReferenceRegistration("133033", "1", "2", "00", "K-9")
    terminal = connect(simulate(**options))
    lines = list(register_all(terminal, [*numbers, nobody], pause=lambda _: None))
    assert [line.registered.status for line in lines] == ["done"] * 3 + ["error"]
    assert [terminal.ask(about(who)).results[0].reference for who in people] == ["K-0", "K-1", "K-2"]


# 一括照会


def bookings(count: int) -> list[Booking]:
    rows = list(crowd(count, TODAY))
    return [
        Booking(
            f"P{place:05}",
            Enquiry(
                row["insurer_number"],
                row["symbol"],
                row["number"],
                row["branch"],
                date.fromisoformat(row["birth_date"]),
                TODAY,
            ),
        )
        for place, row in enumerate(rows)
    ]


@pytest.mark.parametrize("options", [{}, {"zipped": True}, {"encoding": Encoding.SHIFT_JIS}, {"processing": 3}])
def test_a_bulk_in_parts(options: dict[str, object], simulate: Simulate, connect: Connect, tmp_path: Path) -> None:
    terminal = connect(simulate(crowded=700, **options))
    with KnownAnswers.opened(tmp_path, b"k" * 32, 90, TODAY) as known:
        asked = bookings(700)
        lines = list(ask_all(terminal, asked, TODAY, known, pause=lambda _: None))
    assert [line.reference for line in lines] == [booking.reference for booking in asked]
    assert {line.answer.status for line in lines} == {Status.VALID}
    assert [line.answer.results[0].number for line in lines] == [one.enquiry.number for one in asked]


@pytest.mark.parametrize(
    ("scenario", "status"),
    [
        (Scenario.INVALID, Status.INVALID),
        (Scenario.NEW_QUALIFICATION, Status.NEW_QUALIFICATION),
        (Scenario.NONE, Status.NONE),
        (Scenario.SEVERAL, Status.SEVERAL),
        (Scenario.SILENT, Status.TIMEOUT),
        (Scenario.BROKEN, Status.ERROR),
        (Scenario.ERROR, Status.ERROR),
        (Scenario.HALF_WRITTEN, Status.VALID),
        (Scenario.SLOW, Status.VALID),
    ],
)
def test_a_bulk_under_a_scenario(
    scenario: Scenario, status: Status, simulate: Simulate, connect: Connect, tmp_path: Path
) -> None:
    terminal = connect(simulate(scenario, crowded=3), 1.0 if scenario in HASTY else 20.0)
    with KnownAnswers.opened(tmp_path, b"k" * 32, 90, TODAY) as known:
        lines = list(ask_all(terminal, bookings(3), TODAY, known, pause=lambda _: None))
    assert [line.answer.status for line in lines] == [status] * 3


# 顔認証付きカードリーダー


def faces_in(folder: FaceFolder, count: int) -> list[FaceFile]:
    """Return the first face files that are seen."""
    watching = folder.watch()
    return [next(watching) for _ in range(count)]


def test_a_face_file(simulate: Simulate, open_things: ExitStack) -> None:
    other, who = simulate(), person("kyokai-valid")
    folder = FaceFolder(other.folders.face, INSTITUTION)
    open_things.callback(folder.close)
    written = other.write_face(who.key, GivenConsents(medicine=True, treatment=False))
    (face,) = faces_in(folder, 1)
    assert face.name == written.name
    assert face.answer.status is Status.VALID
    assert face.answer.reference_class == "1"
    assert face.answer.results[0].number == who.number
    assert face.answer.consents.medicine is True
    assert face.answer.consents.treatment is False
    assert face.answer.consents.operation is None
    assert not face.answer.unknown


@pytest.mark.parametrize("scenario", [Scenario.INVALID, Scenario.HALF_WRITTEN, Scenario.NOTICE, Scenario.ERROR])
def test_a_face_file_under_a_scenario(scenario: Scenario, simulate: Simulate, open_things: ExitStack) -> None:
    other, who = simulate(), person("kyokai-valid")
    folder = FaceFolder(other.folders.face, INSTITUTION)
    open_things.callback(folder.close)
    other.write_face(who.key, GivenConsents(), scenario=scenario)
    (face,) = faces_in(folder, 1)
    assert (face.answer.status, face.answer.failure) == ANSWERS[scenario]


def test_the_wrong_face_is_not_that_of_the_question(
    simulate: Simulate, connect: Connect, open_things: ExitStack
) -> None:
    other, who = simulate(Scenario.WRONG_FACE), person("kyokai-valid")
    folder = FaceFolder(other.folders.face, INSTITUTION)
    open_things.callback(folder.close)
    answer = connect(other).ask(about(who))
    (face,) = faces_in(folder, 1)
    assert answer.results[0].number == who.number
    stranger = face.answer.results[0]
    assert (stranger.number, stranger.branch) != (who.number, who.branch)
