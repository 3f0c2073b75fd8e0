"""Which addresses may be connected to: this machine and the clinic's own network, unless the settings name the host."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from kiosk.orca.errors import OrcaRefused, OrcaSilent

__all__ = ["addresses_of", "is_near"]

_NEAR: Final = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
"""RFC 1122 (loopback), RFC 1918, RFC 4193."""


def is_near(address: str) -> bool:
    """Return whether an IP address is of this machine or of a private network."""
    try:
        plain = ip_address(address)
    except ValueError:  # one of a link, with its zone
        return False
    if isinstance(plain, IPv6Address) and plain.ipv4_mapped:
        plain = plain.ipv4_mapped
    return any(plain in network for network in _NEAR)


async def addresses_of(host: str, port: int, named: Collection[str]) -> list[str]:
    """Return the addresses of a host, each of which may be connected to.

    Args:
        host: a name or an address.
        port: where it listens.
        named: the hosts that may lie elsewhere.

    Raises:
        OrcaRefused: One of them lies elsewhere, and the settings do not name the host.
        OrcaSilent: The name has no address now.

    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise OrcaSilent("the name of the host has no address") from None
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    if host not in named and not all(map(is_near, addresses)):
        raise OrcaRefused("the address is of no private network: name the host in orca.hosts")
    return addresses
