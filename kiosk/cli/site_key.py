"""The site key, for the commands that write something under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kiosk.assembly.site_key import UsesSiteKey, obtain_site_key
from kiosk.cli.answers import refuse
from kiosk.cli.configured import settings_refused
from kiosk.identity import SiteKeyNotKept

if TYPE_CHECKING:
    from kiosk.settings import Settings

__all__ = ["site_key_for"]


def site_key_for(settings: Settings, registry: UsesSiteKey) -> bytes:
    """Return the site key of the settings, and say so if it is made now; end with status 2 if there is none.

    Raises:
        RegistryError: the register does not say whether it needs the key.

    """
    made = not settings.site_key_path.exists()
    try:
        with settings_refused():
            key = obtain_site_key(settings, registry, _warn)
    except OSError as error:
        refuse(f"data_dir: {settings.data_dir}: {error.strerror}")
    except SiteKeyNotKept as error:
        refuse(f"site_key_file: {error}")
    if made:
        says = "the registry's site key was made here now: its kiosks need this file, keep a copy"
        _warn(f"site_key_file: {settings.site_key_path.absolute()}: {says}")
    return key


def _warn(sentence: str) -> None:
    typer.echo(sentence, err=True)
