"""Set aside the witnesses that are ahead of a clock which is right: ``kiosk clock accept``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk import EARLIEST
from kiosk.audit import journal_path, journal_stamps
from kiosk.eligibility import Registry, RegistryError
from kiosk.identity import SiteKeyError, load_site_key
from kiosk.reception import SetAsideFile, Witness
from kiosk.reception.clock import BEHIND, Heard, ahead_of, built, of_build, of_journal
from kiosk.reception.set_aside import SetAside, SetAsides
from kiosk.settings import Settings, SettingsError

__all__ = ["ClockTooEarly", "WitnessUnreadable", "set_aside_ahead"]


class ClockTooEarly(Exception):
    """The clock is before this program was written, so that it is the clock that must be set."""


class WitnessUnreadable(Exception):
    """Journal, register or what was set aside cannot be read or kept. The text names it."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """The time of a witness now, and the number of its last statement."""

    heard: Heard
    number: int


def set_aside_ahead(settings: Settings, by: str, now: datetime) -> Mapping[Witness, timedelta]:
    """Set aside every witness that is more than a day ahead of the clock.

    Args:
        settings: whose journal and register are the witnesses.
        by: the account that decides so, for the journal.
        now: what the clock says (aware).

    Returns:
        How far each of them is ahead; empty if none is.

    Raises:
        ClockTooEarly: the clock cannot be right.
        SettingsError: the site key cannot be used.
        WitnessUnreadable: a witness cannot be asked, or the file cannot be written.

    """
    if now < EARLIEST:
        raise ClockTooEarly(f"the clock says {now:%Y-%m-%d}, before this program was written: set the clock")
    file = SetAsideFile(settings.data_dir)
    with _readable():
        asides = file.read()
    said = _statements(settings, asides)
    ahead = ahead_of(now, {witness: each.heard for witness, each in said.items()})
    found = [SetAside(each, said[each].number, now + BEHIND, said[each].heard.at, by, now) for each in ahead]
    if found:
        with _readable():
            file.put(*found)
    return ahead


def _statements(settings: Settings, asides: SetAsides) -> dict[Witness, _Statement]:
    build = _Statement(of_build(built(), asides.get(Witness.BUILD)), int(built().timestamp()))
    journal, register = _ask_journal(settings, asides), _ask_register(settings, asides)
    asked = {Witness.BUILD: build, Witness.JOURNAL: journal, Witness.REGISTER: register}
    return {witness: said for witness, said in asked.items() if said}


def _ask_journal(settings: Settings, asides: SetAsides) -> _Statement | None:
    path = journal_path(settings.data_dir, settings.kiosk_id)
    try:
        stamps = journal_stamps(path, load_site_key(settings.site_key_path)) if path.exists() else []
    except SiteKeyError as error:
        raise SettingsError(f"site_key_file: {error}") from error
    except OSError as error:
        raise WitnessUnreadable(f"{path}: {error.strerror}") from error
    heard = of_journal(stamps, asides.get(Witness.JOURNAL))
    return _Statement(heard, max(stamp.sequence for stamp in stamps)) if heard else None


def _ask_register(settings: Settings, asides: SetAsides) -> _Statement | None:
    aside = asides.get(Witness.REGISTER)
    try:
        with Registry.open(settings.database) as registry:
            newest = registry.check(through=aside.through, after=aside.after) if aside else registry.check()
            return _Statement(Heard(*newest), registry.last_import()) if newest else None
    except RegistryError as error:
        raise WitnessUnreadable(f"database: {error}") from error


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what the file of set-asides raises into WitnessUnreadable."""
    try:
        yield
    except OSError as error:
        raise WitnessUnreadable(f"data_dir: {error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise WitnessUnreadable(str(error)) from error
