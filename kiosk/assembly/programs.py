"""The tokens of other programs, watched: while they cannot be read no program is let in."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.failures import Code, Failure
from kiosk.reception import Findings
from kiosk.settings import Settings
from kiosk.staff import ApiTokenError, ApiTokens, api_tokens_path

__all__ = ["watcher_of"]


def watcher_of(settings: Settings) -> Callable[[], Findings]:
    """Return what says whether the tokens of programs can be read (S-14)."""
    programs = ApiTokens(api_tokens_path(settings.data_dir))

    def look_at_programs() -> Findings:
        try:
            programs.all()
        except ApiTokenError as error:
            return Findings(troubles=(Failure.here(Code.TOKENS_UNREADABLE, str(error)),))
        return Findings()

    return look_at_programs
