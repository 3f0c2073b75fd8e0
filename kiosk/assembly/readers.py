"""The reader drivers that the settings or a command choose, each with the options of its worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from drivers.options import ReaderOptions
from drivers.profiles import ProfileError, load_profiles
from drivers.worker.plugin import ReaderPlugin
from kiosk import reader_plugins
from kiosk.reader_plugins import PluginError
from kiosk.settings import Settings, SettingsError, first_problem, is_reserved

__all__ = [
    "ChosenPlugins",
    "Plugins",
    "driver_options",
    "plugin_for_device",
    "plugin_named",
    "plugins_for_reader",
    "plugins_named",
]

Plugins = Mapping[str, tuple[ReaderPlugin, Mapping[str, object]]]
"""Each driver's plug-in and the options of its worker, by the driver's name."""


@dataclass(frozen=True, slots=True)
class ChosenPlugins:
    """The plug-ins of a command; the workers of the ``narrowed`` ones list only the reader that is meant."""

    plugins: Plugins
    narrowed: frozenset[str] = frozenset()


def plugins_named(names: Iterable[str], settings: Settings) -> Plugins:
    """Return the plug-ins of these names, each with its options in the settings. Raises SettingsError."""
    return {name: (plugin_named(name), driver_options(settings, name)) for name in names}


def plugins_for_reader(names: Iterable[str], reader: str | None, settings: Settings) -> ChosenPlugins:
    """Return the plug-ins of these names, for one reader if it is given.

    A driver that can tell the reader itself looks for it among all readers, whatever the settings choose.

    Raises:
        SettingsError: a driver is not installed, or its options cannot be used.

    """
    plugins = plugins_named(names, settings)
    choosing = {name: _section(settings, name).choosing(reader) for name in plugins} if reader else {}
    sections = {name: section for name, section in choosing.items() if section is not None}
    narrowed = {name: (plugins[name][0], _worker_options(settings, section)) for name, section in sections.items()}
    return ChosenPlugins({**plugins, **narrowed}, frozenset(narrowed))


def plugin_for_device(name: str, device: str, settings: Settings) -> ChosenPlugins:
    """Return one plug-in for one device path only.

    Raises:
        SettingsError: the driver is not installed.
        ValueError: the path cannot be one of this driver; the text is for people.

    """
    plugin = plugin_named(name)
    try:
        section = plugin.options.model_validate({"devices": [device]})
    except ValidationError as error:
        raise ValueError(first_problem(error)[1]) from error
    return ChosenPlugins({name: (plugin, _worker_options(settings, section))})


def plugin_named(name: str) -> ReaderPlugin:
    """Return an installed reader plug-in. Raises SettingsError."""
    try:
        return reader_plugins.plugin_named(name)
    except PluginError as error:
        raise SettingsError(str(error)) from error


def driver_options(settings: Settings, driver: str) -> dict[str, object]:
    """Return the options of a driver's worker. Raises SettingsError, also for a wrong card profile."""
    return _worker_options(settings, _section(settings, driver))


def _section(settings: Settings, driver: str) -> ReaderOptions:
    """Return a driver's section of the settings, or its defaults. Raises SettingsError if it has none."""
    if is_reserved(driver):
        raise SettingsError(f"readers: no driver can be called {driver!r}, which is a name of the settings")
    try:
        return settings.options_of(driver) or plugin_named(driver).options()
    except ValidationError as error:
        key, message = first_problem(error)
        raise SettingsError(f"{driver}.{key}: {message}") from error


def _worker_options(settings: Settings, section: ReaderOptions) -> dict[str, object]:
    """Return a driver's own options, and those about cards, which are the same for every worker."""
    return section.model_dump(mode="json") | _card_options(settings)


def _card_options(settings: Settings) -> dict[str, object]:
    """Return the card profiles to load. Raises SettingsError for a wrong one."""
    paths = [path.absolute() for path in settings.card.profiles]
    try:
        profiles = load_profiles(paths)
    except ProfileError as error:
        raise SettingsError(f"card.profiles: {error}") from error
    for profile in profiles:
        if not all(profile.pin.fits(bytes([digit]) * 4) for digit in b"0123456789"):
            wrong = f"profile {profile.name}: pin: is not four digits, which is what the key pad gives"
            raise SettingsError(f"card.profiles: {wrong}")
    return {"profiles": [str(path) for path in paths]} if paths else {}
