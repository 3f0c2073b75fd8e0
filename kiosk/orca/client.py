"""Posting to ORCA: what can go wrong on the way, as ORCA's own errors that name the setting to look at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from kiosk.markup import LARGEST
from kiosk.orca.errors import OrcaError, OrcaRefused, OrcaSilent, OrcaUnusable
from kiosk.orca.requests import OrcaCall
from kiosk.posting import AnswerTooLarge, NotAllowed, Poster, PostFailed, Untrusted
from kiosk.secret_file import SecretError, read_secret

__all__ = ["OrcaAddress", "OrcaClient"]

_HEADERS: Final = {"Content-Type": "application/xml; charset=UTF-8", "Accept": "application/xml"}


@dataclass(frozen=True, slots=True)
class OrcaAddress:
    """Where ORCA is and who asks.

    Attributes:
        url: the address below which the API lies; no user, no query.
        user: for Basic authentication.
        password_file: its first line is the password. It is read for each call.
        timeout: seconds that one call may take.
        ca_file: PEM file of who signed the server's certificate; None: those of the system.
        hosts: names that may lie outside of private networks.

    """

    url: str
    user: str
    password_file: Path
    timeout: float = 10.0
    ca_file: Path | None = None
    hosts: Collection[str] = ()


class OrcaClient:
    """Posts to one ORCA."""

    def __init__(self, address: OrcaAddress) -> None:
        self._address = address
        self._poster = Poster(
            address.url, timeout=address.timeout, largest=LARGEST, ca_file=address.ca_file, hosts=address.hosts
        )

    def post(self, call: OrcaCall) -> bytes:
        """Return the body of the answer. Blocks for the time limit at most.

        Raises:
            OrcaError: There is no answer that can be used.

        """
        auth = self._address.user, _password(self._address.password_file)
        try:
            posted = self._poster.post(call.path, call.body, _HEADERS, auth)
        except PostFailed as error:
            raise _orcas(error) from None
        _require_ok(posted.status)
        return posted.content


def _orcas(error: PostFailed) -> OrcaError:
    match error:
        case NotAllowed():
            return OrcaRefused(f"{error}: name the host in orca.hosts")
        case Untrusted():
            return OrcaRefused(f"{error}: see orca.ca_file")
        case AnswerTooLarge():
            return OrcaUnusable(str(error))
        case _:
            return OrcaSilent(str(error))


def _require_ok(status: int) -> None:
    if status == HTTPStatus.OK:
        return
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise OrcaRefused(f"HTTP status {status}: see orca.user and the password")
    if status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.TOO_MANY_REQUESTS:
        raise OrcaRefused(f"HTTP status {status}: see orca.url")
    raise OrcaSilent(f"HTTP status {status}")


def _password(path: Path) -> str:
    try:
        return read_secret(path).decode("utf-8").partition("\n")[0].rstrip("\r")
    except SecretError as error:
        raise OrcaRefused(f"orca.password_file: {error}") from None
    except UnicodeDecodeError:
        raise OrcaRefused("orca.password_file: not UTF-8") from None
