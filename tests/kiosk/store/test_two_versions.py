"""Kiosks of one version go on while another one migrates the register they share, until it takes something away."""

import io
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from kiosk.eligibility import MemberId, Registry, RegistryMismatch, Source, read_rows
from kiosk.issuance import Queue
from kiosk.store import migrations
from kiosk.store.limits import StatementLimit
from kiosk.store.migrate import upgrade
from kiosk.store.revision import HEAD, require_current
from kiosk.store.transaction import writing

TARO = MemberId("133033", "71-0000", "000001", "00")
KEY = "1" * 64

LATER = '''
"""A later version of the schema."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {steps}
'''
EXPAND = """op.execute("INSERT INTO schema_reach VALUES ('9001', 'HEAD')")
    op.add_column("member_version", sa.Column("phone", sa.String(20), nullable=False, server_default=""))
    op.create_index("version_phone", "member_version", ["phone"])
    op.create_table("parcel", sa.Column("member_id", sa.Integer, sa.ForeignKey("member.id"), primary_key=True))"""
CONTRACT = """op.execute("INSERT INTO schema_reach VALUES ('9002', '9001')")
    op.drop_table("former_key")"""


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of a later program: 9001 adds to the schema, 9002 takes away what only older programs use."""
    scripts = Path(shutil.copytree(Path(migrations.__path__[0]), tmp_path / "later"))
    for revision, before, steps in (("9001", HEAD, EXPAND.replace("HEAD", HEAD)), ("9002", "9001", CONTRACT)):
        (scripts / "versions" / f"v{revision}.py").write_text(
            LATER.format(revision=revision, before=before, steps=steps), encoding="utf-8"
        )
    return scripts


def brought_to(registry: Registry, revision: str, scripts: Path) -> None:
    with writing(registry.engine, StatementLimit.LONG) as connection:
        upgrade(connection, revision, scripts)


def used(registry: Registry, member_file: Callable[..., bytes], source: Callable[..., Source], turn: int) -> None:
    """Do everything that a kiosk and a union's office do."""
    now, day = datetime.now(UTC), date(2026, 6, 1)
    registry.check()
    registry.import_members(read_rows(io.BytesIO(member_file({"address": f"東京都千代田区〇〇町{turn}"}))), source())
    registry.bind(TARO, f"{turn:064x}", date(2028, 1, 1), "窓口", now)
    bound = registry.member_by_binding(f"{turn:064x}")
    assert bound is not None and bound.member.address.endswith(f"町{turn}")
    assert len(registry.history(TARO)) == turn
    assert list(Queue(registry).open_orders()) == []
    assert registry.stats(day).members == 1


def test_an_older_kiosk_goes_on_while_another_one_migrates(
    registry: Registry, database: str, later: Path, member_file: Callable[..., bytes], source: Callable[..., Source]
) -> None:
    migrated, turns, errors = Event(), [0], list[BaseException]()

    def use() -> None:
        try:
            while not migrated.is_set() or turns[0] < 3:
                turns[0] += 1
                used(registry, member_file, source, turns[0])
        except BaseException as error:
            errors.append(error)
            raise

    older = Thread(target=use)
    older.start()
    with Registry.at(database) as newer:
        brought_to(newer, "9001", later)
    migrated.set()
    older.join(60)
    assert errors == []
    used(registry, member_file, source, turns[0] + 1)
    with Registry.open(database) as restarted:
        used(restarted, member_file, source, turns[0] + 2)
        assert not restarted.migrate(), "the older program has nothing to migrate"


def test_what_the_later_schema_has_more_is_not_lost(
    registry: Registry, later: Path, member_file: Callable[..., bytes], source: Callable[..., Source]
) -> None:
    used(registry, member_file, source, 1)
    brought_to(registry, "9001", later)
    used(registry, member_file, source, 2)
    with writing(registry.engine) as connection:
        assert connection.execute(text("SELECT phone FROM member_version")).scalars().all() == ["", ""]


def test_an_older_kiosk_is_refused_once_something_was_taken_away(registry: Registry, later: Path) -> None:
    brought_to(registry, "9001", later)
    require_current(registry.engine)
    brought_to(registry, "9002", later)
    with pytest.raises(RegistryMismatch, match="revision 9002, and this program is too old for it"):
        registry.check()
    with pytest.raises(RegistryMismatch, match="too old"):
        registry.migrate()
