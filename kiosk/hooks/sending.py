"""One delivery to one webhook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from kiosk import __version__
from kiosk.failures import Code
from kiosk.hooks.hook import Hook
from kiosk.hooks.signature import signature
from kiosk.posting import NotAllowed, Poster, PostFailed, Untrusted
from kiosk.results import FinishedVisit
from kiosk.secret_file import SecretError, read_secret

__all__ = ["Deliver", "HookError", "HookRefused", "HookSilent", "Hooked"]

_EVENT: Final = "visit.finished"
_TAKEN: Final = range(200, 300)
_LATER: Final = frozenset({408, 425, 429, *range(500, 600)})
"""Statuses by which a server says that it cannot now (RFC 9110, RFC 6585, RFC 8470)."""


class HookError(Exception):
    """The visit was not taken, and is tried again. The text quotes nothing of it."""

    code = Code.HOOK_SILENT


class HookSilent(HookError):
    """Nobody answers, or the receiver says that it cannot now."""


class HookRefused(HookError):
    """Secret, address, certificate or receiver are not as they should be: somebody has to mend it."""

    code = Code.HOOK_REFUSED


class Deliver(Protocol):
    """What hands one visit over."""

    def __call__(self, visit: FinishedVisit) -> None:
        """Return once the receiver has taken the visit. Raises HookError."""


class Hooked:
    """Posts visits to one webhook; ``now`` is the clock (aware)."""

    def __init__(self, hook: Hook, now: Callable[[], datetime]) -> None:
        base, self._path = hook.parts
        self._poster = Poster(base, timeout=hook.timeout, largest=0, ca_file=hook.ca_file, hosts=hook.hosts)
        self._secret_file, self._now = hook.secret_file, now

    def __call__(self, visit: FinishedVisit) -> None:
        """Return once the receiver has taken the visit: any 2xx, whatever else it says. Blocks for its time limit.

        Raises HookError.
        """
        try:
            headers = self._headers(visit, read_secret(self._secret_file))
            status = self._poster.post(self._path, visit.body, headers).status
        except SecretError as error:
            raise HookRefused(f"secret_file: {error}") from None
        except PostFailed as error:
            raise _failure(error) from None
        if status not in _TAKEN:
            kind = HookSilent if status in _LATER else HookRefused
            raise kind(f"HTTP status {status}")

    def _headers(self, visit: FinishedVisit, secret: bytes) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "User-Agent": f"kiosk/{__version__}",
            "Kiosk-Event": _EVENT,
            "Kiosk-Event-Id": visit.visit,
            "Kiosk-Signature": signature(secret, int(self._now().timestamp()), visit.body),
        }


def _failure(error: PostFailed) -> HookError:
    match error:
        case NotAllowed():
            return HookRefused(f"{error}: name the host in webhook.hosts")
        case Untrusted():
            return HookRefused(f"{error}: see webhook.ca_file")
        case _:
            return HookSilent(str(error))
