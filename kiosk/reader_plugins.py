"""The reader drivers that are installed: plug-ins of the entry point group ``kiosk.readers``."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from drivers.worker.plugin import ReaderPlugin

__all__ = ["GROUP", "PluginError", "installed_plugins", "plugin_named"]

GROUP = "kiosk.readers"
"""The group in which a distribution names its plug-in (``[project.entry-points."kiosk.readers"]``)."""


class PluginError(Exception):
    """There is no such plug-in, or it cannot be used. The text names it, and says what is wrong."""


def installed_plugins() -> list[str]:
    """Return the names of the installed plug-ins, sorted; none of them is loaded."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def plugin_named(name: str) -> ReaderPlugin:
    """Return a plug-in by the name of its entry point. Raises PluginError."""
    for entry in entry_points(group=GROUP, name=name):
        return _loaded(entry)
    raise PluginError(f"there is no reader driver {name!r}; installed: {', '.join(installed_plugins())}")


def _loaded(entry: EntryPoint) -> ReaderPlugin:
    try:
        plugin = entry.load()
    except Exception as error:
        # Whatever another distribution raises when it is imported: the service says which one, and does not start.
        raise PluginError(f"the reader driver {entry.name!r} cannot be loaded: {type(error).__name__}") from error
    if not isinstance(plugin, ReaderPlugin):
        raise PluginError(f"the reader driver {entry.name!r} is incomplete: {entry.value} is no ReaderPlugin")
    if plugin.name != entry.name:
        raise PluginError(f"the reader driver {entry.name!r} calls itself {plugin.name!r}")
    return plugin
