"""A start that is refused lets go of what it had opened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from kiosk.assembly.application import build_app
from kiosk.audit import Journal, journal_path
from kiosk.eligibility import Registry
from kiosk.identity import load_site_key
from kiosk.settings import SettingsError
from simulators.demo import set_stage


def test_register_and_journal_are_closed(tmp_path: Path, mocker: MockerFixture) -> None:
    closed = mocker.spy(Registry, "close")
    stage = set_stage(tmp_path / "stage", datetime.now(UTC), reader="pcsc")
    before = closed.call_count
    settings = stage.settings.model_copy(update={"readers": ["abacus"]})
    with pytest.raises(SettingsError, match="there is no reader driver 'abacus'"):
        build_app(settings)
    assert closed.call_count == before + 1
    key = load_site_key(settings.site_key_path)
    Journal.open(journal_path(settings.data_dir, "1"), "1", key, now=stage.now).close()
