"""What the service has to reach beyond this machine by its settings, as a drop-in for its unit (kiosk/systemd)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kiosk.files import FileError, read_bounded
from kiosk.settings import Settings

__all__ = ["NoAddress", "drop_in"]

_RESOLVERS: Final = Path("/etc/resolv.conf")
_HEAD: Final = """# Written by `kiosk settings --systemd`: what the service has to reach beyond this machine.
# Write it anew when they change, or when the addresses of a name change. It adds to IPAddressAllow=localhost.
[Service]
"""
_NOTHING: Final = "# Nothing.\n"


class NoAddress(Exception):
    """A host of the settings has no address now."""


Lookup = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Reached:
    """A host, and the setting that names it."""

    key: str
    host: str

    @property
    def is_name(self) -> bool:
        return _address(self.host) is None


def drop_in(settings: Settings, lookup: Lookup | None = None, resolvers: Path = _RESOLVERS) -> str:
    """Return the text of the drop-in. Blocks for as long as the resolver takes.

    Args:
        settings: what names the hosts.
        lookup: returns the addresses of a host; None: those of the system's resolver.
        resolvers: the file that names the servers which are asked for names.

    Raises:
        NoAddress: A host has no address now. The text names the setting.

    """
    hosts = [each for each in _reached(settings) if not _is_here(each.host)]
    lines = [line for each in hosts for line in _lines(each, lookup or _addresses)]
    if any(each.is_name for each in hosts):
        lines += _resolver_lines(resolvers)
    return _HEAD + ("".join(dict.fromkeys(lines)) or _NOTHING)


def _reached(settings: Settings) -> Iterator[_Reached]:
    for number, hook in enumerate(settings.webhook, start=1):
        yield from _of_url(f"webhook {number}", hook.url)
    yield from _of_url("orca.url", settings.orca.url)
    yield from _of_url("identity.ocsp", settings.identity.ocsp or "")
    if settings.database.startswith("postgresql"):
        yield from _of_url("database", settings.database)


def _of_url(key: str, url: str) -> Iterator[_Reached]:
    if host := urlsplit(url).hostname:
        yield _Reached(key, host)


def _lines(reached: _Reached, lookup: Lookup) -> Iterator[str]:
    yield f"# {reached.key}: {reached.host}\n"
    try:
        yield from (f"IPAddressAllow={address}\n" for address in lookup(reached.host))
    except NoAddress:
        raise NoAddress(f"{reached.key}: {reached.host} has no address now") from None


def _addresses(host: str) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoAddress from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _resolver_lines(file: Path) -> Iterator[str]:
    with suppress(FileError):
        words = [line.split() for line in read_bounded(file, 65536).decode("utf-8", "replace").splitlines()]
        servers = [word[1] for word in words if len(word) > 1 and word[0] == "nameserver" and not _is_here(word[1])]
        if servers:
            yield f"# the names above are looked up at the servers of {file}\n"
        yield from (f"IPAddressAllow={server}\n" for server in servers if _address(server))


def _is_here(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.startswith(("127.", "::1")))


def _address(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None
