"""What commands take from the settings. A wrong setting ends a command with status 2 and one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import TOKYO
from kiosk.cli.answers import refuse

if TYPE_CHECKING:  # imported when needed: `kiosk decide` must not pay for pydantic
    from kiosk.settings import Settings

__all__ = ["load_settings", "moment", "settings_files", "settings_refused"]


@contextmanager
def settings_refused() -> Iterator[None]:
    """End the command with status 2 if the block raises SettingsError."""
    from kiosk.settings import SettingsError

    try:
        yield
    except SettingsError as error:
        refuse(str(error))


def load_settings(config: Path | None) -> Settings:
    """Return the settings of ``--config`` and the environment, or end with status 2."""
    from kiosk.settings import load

    with settings_refused():
        return load(config)


def settings_files(config: Path | None) -> list[Path]:
    """Return what no output may replace, or end with status 2.

    That is the settings' file, the files that it names, and the folder with what the service keeps: site key, token,
    accounts and journal.
    """
    from kiosk.settings import settings_file

    settings, file = load_settings(config), settings_file(config)
    named = [path for paths in settings.named_files.values() for path in paths]
    return [*([file] if file else []), *named, settings.site_key_path, settings.data_dir]


def moment(text: str | None) -> datetime:
    """Return ``--on`` as an aware instant (no offset: Asia/Tokyo), the present without it, or end with status 2."""
    if text is None:
        return datetime.now(UTC)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        refuse("--on: not an ISO 8601 date and time")
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=TOKYO)
