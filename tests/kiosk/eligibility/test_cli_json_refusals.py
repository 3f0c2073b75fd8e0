"""With `--json` a refusal is one JSON object on standard output, and the same sentence on standard error."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from kiosk.cli import audit, registry
from kiosk.cli.answers import answering, refuse
from simulators.pki import user_authority

MakeFile = Callable[..., bytes]
TARO, HANAKO = "133033:71-0000:000001:00", "133033:71-0000:000001:01"
ZEROS = {"inserted": 0, "updated": 0, "unchanged": 0, "refused": 0}


def call(app: typer.Typer, *arguments: str, data: bytes = b"") -> Result:
    result = CliRunner().invoke(app, [*arguments, "--json"], input=data)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def refused(app: typer.Typer, *arguments: str, data: bytes = b"") -> tuple[int, dict[str, Any]]:
    """Return the exit status and the object, whose message must be the last line of standard error."""
    result = call(app, *arguments, data=data)
    answer = json.loads(result.stdout)
    assert answer["error"] == {"message": result.stderr.splitlines()[-1]}
    return result.exit_code, answer


@pytest.fixture(autouse=True)
def folder(alone: Path) -> Path:
    return alone


@pytest.fixture
def loaded(member_file: MakeFile) -> None:
    assert call(registry.app, "init").exit_code == 0
    assert call(registry.app, "import", "-", data=member_file({}, {"branch": "01"})).exit_code == 0


@pytest.mark.parametrize("command", [["stats"], ["export", "x.csv"], ["show", "--member", TARO]])
def test_no_register(command: list[str]) -> None:
    status, answer = refused(registry.app, *command)
    assert (status, list(answer)) == (3, ["error"])


def test_no_register_to_import_into() -> None:
    status, answer = refused(registry.app, "import", "-")
    assert (status, answer) == (3, ZEROS | {"error": answer["error"]})


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("arguments", "data", "status"),
    [
        (["-"], b"", 1),
        (["-"], b"a,b\n1,2\n", 1),
        (["none.csv"], b"", 4),
        (["-", "--skip-bad", "-"], b"", 2),
        (["-", "--valid-from", "2999-01-01"], b"", 2),
    ],
    ids=["empty", "header", "no file", "skip-bad", "valid-from"],
)
def test_an_import_also_has_its_counts(arguments: list[str], data: bytes, status: int) -> None:
    answered = refused(registry.app, "import", *arguments, data=data)
    assert answered == (status, ZEROS | {"error": answered[1]["error"]})


@pytest.mark.usefixtures("loaded")
def test_bad_lines_are_listed(member_file: MakeFile) -> None:
    status, answer = refused(registry.app, "import", "-", data=member_file({"card": ""}, {"branch": "1"}))
    assert (status, answer["refused"], answer["inserted"]) == (1, 2, 0)
    assert [bad["line"] for bad in answer["errors"]] == [2, 3]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["show", "--member", "133033:71-0000:999999:00"], 1),
        (["unbind", "--member", "133033:71-0000:999999:00"], 1),
        (["unbind", "--member", TARO], 1),
        (["show", "--member", "nobody"], 2),
        (["show", "--member", TARO, "--on", "today"], 2),
        (["show", "--member", TARO, "--on", "9999-12-31"], 2),
        (["import", "x.csv", "--valid-from", "0026-06-01"], 2),
        (["export", "-"], 2),
        (["export", "none/x.csv"], 4),
        (["bind", "--member", TARO, "--certificate", "none.crt"], 4),
        (["stats", "--config", "none.toml"], 2),
    ],
)
def test_other_refusals(command: list[str], status: int) -> None:
    assert refused(registry.app, *command)[0] == status


@pytest.mark.usefixtures("loaded")
def test_a_certificate_bound_elsewhere(folder: Path) -> None:
    now = datetime.now(UTC)
    issued = user_authority(now).issue(not_before=now - timedelta(days=1), not_after=now + timedelta(days=365))
    (folder / "card.crt").write_bytes(issued.der)
    assert call(registry.app, "bind", "--member", TARO, "--certificate", "card.crt").exit_code == 0
    status, answer = refused(registry.app, "bind", "--member", HANAKO, "--certificate", "card.crt")
    assert (status, "another member" in str(answer["error"])) == (1, True)


def test_an_audit_that_cannot_be_made(folder: Path) -> None:
    assert refused(audit.app, "verify")[0] == 2


def test_without_json_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), answering(False):
        refuse("no", 1)
    assert capsys.readouterr() == ("", "no\n")


def test_what_a_refusal_adds_stands_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as end, answering(True, refused=0):
        refuse("no", 1, refused=2)
    assert (end.value.exit_code, json.loads(capsys.readouterr().out)) == (1, {"error": {"message": "no"}, "refused": 2})
