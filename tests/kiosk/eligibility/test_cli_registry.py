"""`kiosk registry` as its users call it: what it prints, its exit statuses, and the files it leaves."""

import csv
import json
import os
import stat
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kiosk.cli.registry import app
from kiosk.eligibility.columns import NAMES

MakeFile = Callable[..., bytes]
Run = Callable[..., Result]
TARO = "133033:71-0000:000001:00"


pytestmark = pytest.mark.usefixtures("alone")


def test_init_makes_the_register_and_may_be_repeated(run: Run) -> None:
    assert json.loads(run("init", "--json").stdout) == {"migrated": True, "duplicates": []}
    assert json.loads(run("init", "--json").stdout) == {"migrated": False, "duplicates": []}


@pytest.mark.sqlite
def test_init_says_which_file_it_makes(run: Run, tmp_path: Path) -> None:
    assert run("init").stderr == f"{tmp_path}/registry.sqlite: the register is ready\n"
    assert run("init", "--json").stderr == f"{tmp_path}/registry.sqlite: the register was ready already\n"


def test_init_without_a_configuration_says_where_the_default_is(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["init"]).stderr
    assert said.startswith(f"{tmp_path}/var/registry.sqlite: the register is ready (by default: no --database, ")
    assert (tmp_path / "var/registry.sqlite").exists()


@pytest.mark.parametrize("command", [["stats"], ["export", "x.csv"], ["show", "--member", TARO], ["import", "-"]])
def test_without_a_register_the_status_is_3(run: Run, command: list[str], tmp_path: Path) -> None:
    result = run(*command)
    assert result.exit_code == 3
    assert "kiosk registry init" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_import_prints_its_counts(made: Run, people: Path) -> None:
    first = made("import", str(people), "--json")
    counts = {"batch": 1, "encoding": "utf-8", "inserted": 2, "updated": 0, "unchanged": 0, "refused": 0}
    assert first.exit_code == 0
    assert json.loads(first.stdout) | counts == json.loads(first.stdout)
    assert json.loads(made("import", str(people), "--json").stdout)["unchanged"] == 2


def test_import_reads_standard_input(made: Run, member_file: MakeFile) -> None:
    assert json.loads(made("import", "-", "--json", input=member_file({})).stdout)["inserted"] == 1


def test_a_bad_line_refuses_the_file_with_status_1_and_names_the_place(made: Run, member_file: MakeFile) -> None:
    result = made("import", "-", "--json", input=member_file({}, {"card": ""}))
    assert result.exit_code == 1
    assert "line 3, card: must not be empty" in result.stderr
    assert "土木" not in result.output
    assert json.loads(result.stdout) == {
        "inserted": 0,
        "updated": 0,
        "unchanged": 0,
        "refused": 1,
        "error": {"message": "-: 1 bad line(s), nothing was imported"},
        "errors": [{"line": 3, "column": "card", "message": "must not be empty"}],
    }
    assert json.loads(made("stats", "--json").stdout)["members"] == 0


def test_bad_lines_are_written_to_a_private_file_with_reasons(made: Run, member_file: MakeFile, tmp_path: Path) -> None:
    data = member_file({}, {"branch": "1"}, {"branch": "02", "name": "123456789018"})
    bad = tmp_path / "bad.csv"
    result = made("import", "-", "--skip-bad", str(bad), "--json", input=data)
    assert (result.exit_code, json.loads(result.stdout)["inserted"], json.loads(result.stdout)["refused"]) == (0, 1, 2)
    assert stat.S_IMODE(bad.stat().st_mode) == 0o600
    with bad.open(newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["line"], first["column"], first["reason"]) == ("3", "branch", "must be two characters, such as 00")
    assert "土木 太郎" in first["text"]
    assert (second["line"], second["column"], second["text"]) == ("4", "name", "")
    assert "123456789018" not in bad.read_text() + result.output


def test_when_the_bad_lines_cannot_be_written_nothing_is_imported(made: Run, people: Path) -> None:
    result = made("import", str(people), "--skip-bad", "/nowhere/bad.csv")
    assert (result.exit_code, result.stderr) == (4, "/nowhere/bad.csv: No such file or directory\n")
    assert json.loads(made("stats", "--json").stdout)["members"] == 0


def test_a_file_that_is_no_member_file_has_status_1(made: Run) -> None:
    result = made("import", "-", input=b"a,b\n1,2\n")
    assert (result.exit_code, result.stderr.strip()) == (
        1,
        "header row: column 1 is not a column of a member file",
    )


def test_an_empty_file_has_status_1(made: Run) -> None:
    result = made("import", "-", input=b"")
    assert (result.exit_code, result.stderr) == (1, "the file is empty\n")


def test_bad_lines_go_to_standard_output_unless_an_object_does(made: Run, member_file: MakeFile) -> None:
    Path("people.csv").write_bytes(member_file({}, {"branch": "01", "sex": "other"}))
    both = made("import", "people.csv", "--skip-bad", "-", "--json")
    assert (both.exit_code, both.stderr) == (2, "--json and --skip-bad - both want standard output\n")
    assert json.loads(made("stats", "--json").stdout)["members"] == 0
    shown = made("import", "people.csv", "--skip-bad", "-")
    assert [row["column"] for row in csv.DictReader(shown.stdout.splitlines())] == ["sex"]
    assert (shown.exit_code, json.loads(made("stats", "--json").stdout)["members"]) == (0, 1)
    assert not Path("-").exists()


def test_bad_lines_are_named_in_the_order_of_the_file(made: Run, member_file: MakeFile, tmp_path: Path) -> None:
    made("import", "-", input=member_file({}))
    more = [{"number": f"{index:06}"} for index in range(2, 1_100)]
    data = member_file({}, *more, {"branch": "1"}, {}, {"card": ""}, {"number": "000002"}, {"sex": "x"})
    made("import", "-", "--skip-bad", "bad.csv", input=data)
    with Path("bad.csv").open(newline="") as file:
        assert [int(row["line"]) for row in csv.DictReader(file)] == [1101, 1102, 1103, 1104, 1105]
    errors = json.loads(made("import", "-", "--json", input=data).stdout)["errors"]
    assert [error["line"] for error in errors] == [1101, 1102, 1103, 1104, 1105]


def test_a_disk_that_fills_up_names_the_file_that_was_asked_for(
    made: Run, member_file: MakeFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> tuple[int, str]:
        return os.open("/dev/full", os.O_WRONLY), str(tmp_path / ".bad.csv.draft")

    monkeypatch.setattr("kiosk.private_files.tempfile.mkstemp", full)
    result = made("import", "-", "--skip-bad", "bad.csv", input=member_file({}, {"branch": "1"}))
    assert (result.exit_code, result.stderr) == (4, "bad.csv: No space left on device\n")
    assert [path.name for path in tmp_path.iterdir() if "bad" in path.name] == []
    assert json.loads(made("stats", "--json").stdout)["members"] == 0


def test_a_file_that_is_not_there_has_status_4(made: Run) -> None:
    result = made("import", "none.csv")
    assert (result.exit_code, result.stderr.strip()) == (4, "none.csv: No such file or directory")


@pytest.mark.parametrize(
    ("valid_from", "message"),
    [
        ("2199-12-31", "after today"),
        ("2999-01-01", "years 1868 to 2199"),
        ("2026-02-30", "YYYY-MM-DD"),
        ("x", "YYYY-MM-DD"),
    ],
)
def test_the_day_from_which_data_hold_is_a_day_up_to_today(made: Run, valid_from: str, message: str) -> None:
    result = made("import", "-", "--valid-from", valid_from, input=b"")
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_day_from_which_data_hold_is_kept(made: Run, people: Path) -> None:
    made("import", str(people), "--valid-from", "2026-05-31")
    answer = json.loads(made("show", "--member", TARO, "--json").stdout)
    assert (answer["versions"][0]["valid_from"], answer["confirmed_on"]) == ("2026-05-31", "2026-05-31")


def test_export_then_import_changes_nothing(loaded: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert json.loads(loaded("export", str(out), "--json").stdout) == {"exported": 2}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(loaded("import", str(out), "--json").stdout)["unchanged"] == 2
    assert loaded("export", "-").stdout_bytes == out.read_bytes()


def test_an_exported_member_file_is_the_imported_one(loaded: Run, people: Path) -> None:
    assert loaded("export", "-").stdout_bytes == people.read_bytes()


FORMULAS = {"name": "=1+1", "household_head": "＝1＋1", "address": "　+1-11-1", "employer": "@建設;=1"}


def test_an_export_for_people_holds_no_formula_and_the_other_stays_true(made: Run, member_file: MakeFile) -> None:
    Path("m.csv").write_bytes(member_file(FORMULAS))
    assert made("import", "m.csv").exit_code == 0
    assert made("export", "true.csv").exit_code == 0
    assert Path("true.csv").read_bytes() == Path("m.csv").read_bytes()
    assert made("export", "people.csv", "--for-spreadsheet").exit_code == 0
    with Path("people.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert {name: row[name] for name in FORMULAS} == {name: f"'{cell}" for name, cell in FORMULAS.items()}
    assert (row["symbol"], row["kana"]) == ("71-0000", "ドボク タロウ")
    assert stat.S_IMODE(Path("people.csv").stat().st_mode) == 0o600


def test_refused_lines_hold_no_formula(made: Run, cells: Callable[..., dict[str, str]]) -> None:
    names = ["name", *(name for name in NAMES if name != "name")]
    line = cells(name="=1+1", sex="other")
    Path("m.csv").write_text("".join(",".join(row) + "\n" for row in (names, [line[name] for name in names])), "utf-8")
    assert made("import", "m.csv", "--skip-bad", "bad.csv").exit_code == 0
    with Path("bad.csv").open(encoding="utf-8", newline="") as file:
        (bad,) = csv.DictReader(file)
    assert bad["text"].startswith("'=1+1,")


def test_an_export_that_fails_leaves_no_file(loaded: Run, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    assert loaded("export", str(tmp_path / "none" / "out.csv")).exit_code == 4
    assert sorted(tmp_path.iterdir()) == before


def test_show_prints_columns_and_facts(loaded: Run) -> None:
    answer = json.loads(loaded("show", "--member", TARO, "--on", "2026-06-20", "--json").stdout)
    assert list(answer["member"]) == list(NAMES)
    assert answer["member"]["branch"] == "00"
    assert answer["facts"]["on"] == "2026-06-20"
    assert (answer["facts"]["card"], answer["facts"]["notice_held"]) == ("held", True)
    assert "facts.card: held" in loaded("show", "--member", TARO, "--on", "2026-06-20").stdout


def test_the_facts_shown_are_facts_that_a_decision_is_made_of(loaded: Run) -> None:
    from kiosk.decision import parse_facts

    answer = json.loads(loaded("show", "--member", TARO, "--on", "2026-06-20", "--json").stdout)
    assert parse_facts(answer["facts"]).notice_held


def test_show_means_today_in_tokyo(loaded: Run) -> None:
    before = datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat()
    shown = json.loads(loaded("show", "--member", TARO, "--json").stdout)["on"]
    assert before <= shown <= datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat()


def test_show_takes_the_policy_of_the_settings_with_any_database(
    loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("late_elderly_age = 'x'\n")
    monkeypatch.setenv("KIOSK_POLICY", str(policy))
    result = loaded("show", "--member", TARO)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{policy}: late_elderly_age")


def test_before_the_day_of_birth_there_are_no_facts(loaded: Run) -> None:
    assert json.loads(loaded("show", "--member", TARO, "--on", "1979-01-01", "--json").stdout)["facts"] is None


@pytest.mark.parametrize(
    ("member", "status"),
    [
        ("133033:71-0000:999999:00", 1),
        ("133033:71-0000:000001", 2),
        ("nobody", 2),
        ("133033:71-0000:123456789018:00", 2),
    ],
)
def test_a_member_that_is_unknown_or_misspelt(loaded: Run, member: str, status: int) -> None:
    result = loaded("show", "--member", member)
    assert result.exit_code == status
    assert member not in result.stderr


def test_a_certificate_of_which_nothing_is_said_counts_as_unset(made: Run, member_file: MakeFile) -> None:
    made("import", "-", input=member_file({"certificate": ""}))
    assert json.loads(made("stats", "--json").stdout)["certificate"] == {"unset": 1}


def test_stats_count(loaded: Run) -> None:
    assert json.loads(loaded("stats", "--json").stdout)["members"] == 2
    assert "members: 2" in loaded("stats").stdout


def test_the_database_of_the_settings_is_used(tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(f'database = "sqlite:///{tmp_path}/other.sqlite"\n')
    assert CliRunner().invoke(app, ["init", "--config", str(config)]).exit_code == 0
    assert (tmp_path / "other.sqlite").is_file()


def test_init_makes_the_folder_of_the_settings_database(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["init"]).exit_code == 0
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_postgresql_without_its_driver_has_status_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    result = CliRunner().invoke(app, ["stats", "--database", "postgresql+psycopg://localhost/register"])
    says = "PostgreSQL needs psycopg; install it with script/install --postgresql\n"
    assert (result.exit_code, result.stderr) == (3, says)


def test_wrong_settings_have_status_2(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["init", "--config", str(tmp_path / "none.toml")]).exit_code == 2
