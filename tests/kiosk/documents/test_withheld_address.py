"""自己情報提供不可: no document bears the address that the register has of such a person."""

import io
import json
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from kiosk.documents import (
    BatchPrinter,
    ConfirmationOrder,
    DocumentRefused,
    GivenAddress,
    Notice,
    PlanFile,
    Stationery,
    confirmation_pdf,
    confirmation_picture,
    declaration_pdf,
    notice_pdf,
    notice_picture,
)
from kiosk.eligibility import Member, Registry, Source, read_rows
from tests.kiosk.documents.conftest import DAY, FIVE_YEARS, LONG

Make = Callable[..., Member]
Kept = Callable[[bytes], Path]
Text = Callable[..., str]
WITHHELD = {"information_withheld": "true"}
SECRET = ("千代田区", "102-0093", "1-11-1")
SHELTER = GivenAddress.checked("160-0022", "東京都新宿区〇〇町9-9-9 気付")

PAPERS: dict[str, Callable[[Member, Stationery, GivenAddress | None], bytes]] = {
    "notice": lambda member, stationery, given: notice_pdf([Notice(member, DAY, given)], stationery),
    "confirmation": lambda member, stationery, given: confirmation_pdf(
        [ConfirmationOrder(member, FIVE_YEARS, DAY, given)], stationery
    ),
    "declaration": lambda member, stationery, given: declaration_pdf(stationery, member, given),
}


def shows(text: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if word in text]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_address_of_everybody_else_is_printed(
    member: Make, stationery: Stationery, kept: Kept, text_of: Text, paper: str
) -> None:
    assert "千代田区〇〇町1-11-1" in text_of(kept(PAPERS[paper](member(), stationery, None)), "-raw")


@pytest.mark.parametrize("long", [False, True], ids=["ordinary", "closely set"])
@pytest.mark.parametrize("paper", PAPERS)
def test_theirs_is_left_out_and_the_rest_is_there(
    member: Make, stationery: Stationery, kept: Kept, text_of: Text, paper: str, long: bool
) -> None:
    changed = LONG | {"address": "東京都千代田区〇〇町1-11-1 " + "〇" * 80} if long else {}
    elsewhere = replace(stationery, insurer=stationery.insurer.model_copy(update={"address": "大阪府大阪市"}))
    text = text_of(kept(PAPERS[paper](member(**changed, **WITHHELD), elsewhere, None)), "-raw")
    assert shows(text, ("〇〇町", "1-11-1")) == []
    assert ("髙﨑" if long else "土木太郎") in text


@pytest.mark.parametrize("paper", PAPERS)
def test_the_one_that_an_officer_gives_is_printed_this_once(
    member: Make, stationery: Stationery, kept: Kept, text_of: Text, paper: str
) -> None:
    withheld = member(**WITHHELD)
    text = text_of(kept(PAPERS[paper](withheld, stationery, SHELTER)), "-raw")
    assert "新宿区〇〇町9-9-9気付" in text and "千代田区〇〇町" not in text
    assert "新宿区" not in text_of(kept(PAPERS[paper](withheld, stationery, None)), "-raw")


@pytest.mark.parametrize("paper", PAPERS)
def test_nobody_else_is_given_another_address(member: Make, stationery: Stationery, paper: str) -> None:
    with pytest.raises(DocumentRefused, match="only for a person whose data are withheld"):
        PAPERS[paper](member(), stationery, SHELTER)


def test_a_person_without_an_address_in_the_register_can_have_papers(member: Make, stationery: Stationery) -> None:
    for paper in ("notice", "confirmation"):
        assert PAPERS[paper](member(**WITHHELD, postal_code="", address=""), stationery, None).startswith(b"%PDF")


def test_the_pictures_for_a_screen_have_no_address_either(member: Make, stationery: Stationery) -> None:
    withheld = member(**WITHHELD)
    notice = notice_picture(Notice(withheld, DAY), stationery)
    confirmation = confirmation_picture(ConfirmationOrder(withheld, FIVE_YEARS, DAY), stationery)
    for picture in (notice, confirmation):
        assert shows(str(picture), ("〇〇町", "1-11-1")) == []


@pytest.mark.parametrize(
    ("code", "address", "field"),
    [
        ("160", "東京都", "postal_code"),
        ("", "", "address"),
        ("", "   ", "address"),
        ("", "〇" * 301, "address"),
        ("", "123456789018", "address"),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(code: str, address: str, field: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        GivenAddress.checked(code, address)
    assert refused.value.fields == (field,)
    assert not address.strip() or address not in str(refused.value)


def test_a_given_address_is_in_no_repr(member: Make) -> None:
    assert "新宿" not in repr(SHELTER) + repr(Notice(member(), DAY, SHELTER))


LINE = {"issue": "confirmation", "reasons": ["information_withheld"]}
VALID = {"valid_from": "2026-11-25", "valid_until": "2031-11-24"}


def line(number: str, **more: object) -> bytes:
    return json.dumps({"member": f"133033:71-0000:{number}:00", **LINE, **VALID, **more}).encode() + b"\n"


@pytest.fixture
def printer(
    one_registry: Registry, member_file: Callable[..., bytes], source: Callable[..., Source], stationery: Stationery
) -> Callable[..., BatchPrinter]:
    """A printer beside a register of two people; the data of the second are withheld."""
    people = member_file({"number": "000001"}, {"number": "000002", **WITHHELD})
    taken = one_registry.import_members(read_rows(io.BytesIO(people)), source())
    assert taken.inserted == 2
    return lambda *lines: BatchPrinter(
        one_registry, PlanFile(lambda _: nullcontext(io.BytesIO(b"".join(lines)))), stationery, DAY
    )


@pytest.mark.parametrize("more", [{"aside": True}, {}], ids=["the plan says so", "the register says so"])
def test_a_batch_sets_their_papers_aside(
    printer: Callable[..., BatchPrinter], tmp_path: Path, text_of: Text, more: dict[str, Any]
) -> None:
    printed = printer(line("000001"), line("000002", **more)).print_all(tmp_path / "out")
    assert (printed.confirmation, printed.refused) == (1, 0)
    assert [(one.kind, one.number, str(one.line.member)) for one in printed.aside] == [
        ("line", 2, "133033:71-0000:000002:00")
    ]
    (file,) = (tmp_path / "out").iterdir()
    assert "000001" in text_of(file) and "000002" not in text_of(file)


def test_skip_bad_sets_them_aside_too(printer: Callable[..., BatchPrinter], tmp_path: Path) -> None:
    left_out = io.StringIO()
    printed = printer(line("000002"), line("000099")).print_good(tmp_path / "out", nullcontext(left_out))
    assert (printed.confirmation, printed.refused, len(printed.aside)) == (0, 1, 1)
    assert "000099" in left_out.getvalue() and "000002" not in left_out.getvalue()


@pytest.fixture
def loaded(run: Callable[..., Result], tmp_path: Path, member_file: Callable[..., bytes]) -> Callable[..., Result]:
    """A register of a person whose data are withheld and of one whose are not."""
    no_card = {"card": "never_issued", "registration": "unregistered", "certificate": "", "notice_issued_on": ""}
    people = member_file({**no_card, **WITHHELD}, {**no_card, "number": "000002"})
    (tmp_path / "members.csv").write_bytes(people)
    assert run("registry", "init").exit_code == 0
    assert run("registry", "import", "members.csv").exit_code == 0
    return run


@pytest.mark.parametrize("paper", ["notice", "confirmation", "declaration"])
def test_the_commands_take_an_address_from_standard_input(
    loaded: Callable[..., Result], output: Text, paper: str
) -> None:
    whose = ("--member", "133033:71-0000:000001:00", "--pdf", "made.pdf", "--address-stdin")
    result = loaded("document", paper, *whose, input="160-0022\n東京都新宿区〇〇町9-9-9\n".encode())
    assert result.exit_code == 0
    assert "新宿区" not in result.output
    text = output("pdftotext", "-raw", "made.pdf", "-")
    assert "新宿区〇〇町9-9-9" in text.replace("\n", "") and "千代田区〇〇町" not in text


def test_the_commands_refuse_an_address_for_somebody_else_or_none(loaded: Callable[..., Result]) -> None:
    for number, given in (("000002", "160-0022\n東京都新宿区\n"), ("000001", "160-0022\n"), ("000001", "")):
        whose = ("--member", f"133033:71-0000:{number}:00", "--pdf", "made.pdf", "--address-stdin")
        assert loaded("document", "confirmation", *whose, input=given.encode()).exit_code == 1
    assert loaded("document", "declaration", "--pdf", "made.pdf", "--address-stdin", input=b"\n").exit_code == 2
    assert not Path("made.pdf").exists()


def test_the_batch_names_what_is_set_aside(loaded: Callable[..., Result]) -> None:
    assert loaded("issuance", "plan", "--on", "2026-11-25", "--json-lines", "plan.jsonl").exit_code == 0
    result = loaded("document", "batch", "plan.jsonl", "--folder", "out", "--issued-on", "2026-11-25", "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["confirmation"]) == (0, 1)
    ((aside,)) = answer["aside"]
    assert (aside["member"], aside["issue"], aside["line"]) == ("133033:71-0000:000001:00", "confirmation", 1)
    assert "set aside: line 1, 133033:71-0000:000001:00: confirmation" in result.stderr
    assert [path.name for path in Path("out").iterdir()] == ["confirmation-0001.pdf"]


def test_an_order_that_is_set_aside_is_a_pile_and_a_list_of_its_own(
    loaded: Callable[..., Result], text_of: Text
) -> None:
    loaded("issuance", "plan", "--on", "2026-11-25", "--json-lines", "plan.jsonl")
    assert loaded("issuance", "enqueue", "plan.jsonl").exit_code == 0
    result = loaded("document", "batch", "--queue", "--folder", "out", "--json")
    answer = json.loads(result.stdout)
    assert [one["order"] for one in answer["aside"]] == [1]
    assert (answer["orders"], answer["batch"], answer["aside_batch"]) == (["2"], 1, 2)
    assert "batch 2: 1 set aside (自己情報提供不可), named in out/aside.csv; agree first" in result.stderr
    listed = "batch,order,kind,member\n2,1,confirmation,133033:71-0000:000001:00\n"
    assert Path("out/aside.csv").read_text("utf-8") == listed
    assert "\n2,1,confirmation,aside,aside-confirmation.pdf,1\n" in Path("out/manifest.csv").read_text("utf-8")
    for name in ("confirmation", "carrier"):
        theirs, others = text_of(Path(f"out/aside-{name}.pdf"), "-raw"), text_of(Path(f"out/{name}.pdf"), "-raw")
        assert shows(theirs, ("〇〇町", "1-11-1")) == [] and "〇〇町1-11-1" in others
    assert "000001" not in text_of(Path("out/confirmation.pdf"))


def test_their_papers_are_made_again_as_a_pile_of_their_own(loaded: Callable[..., Result]) -> None:
    loaded("issuance", "plan", "--on", "2026-11-25", "--json-lines", "plan.jsonl")
    loaded("issuance", "enqueue", "plan.jsonl")
    assert loaded("document", "batch", "--queue", "--folder", "out", "--orders", "1").exit_code == 0
    answer = json.loads(loaded("document", "batch", "--queue", "--again", "1", "--folder", "again", "--json").stdout)
    assert (answer["batch"], answer["aside_batch"]) == (None, 1)
    assert sorted(file.name for file in Path("again").iterdir()) == [
        "aside-carrier.pdf",
        "aside-confirmation.pdf",
        "aside.csv",
        "manifest.csv",
    ]
