"""Visit without a browser: keep the page's cookie, follow the views that the kiosk pushes, and press its buttons."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx

__all__ = ["View", "Visitor"]

View = dict[str, Any]


class Visitor:
    """Follows a running kiosk inside a ``with`` block; ``url`` is its visitor page."""

    def __init__(self, url: str, *, patience: float = 30.0) -> None:
        self._patience = patience
        self._client = httpx.Client(base_url=url, timeout=httpx.Timeout(patience, read=None), trust_env=False)
        self._changed = threading.Condition()
        self._views: list[View] = []
        self._ended = False
        self._thread = threading.Thread(target=self._follow, name="visitor", daemon=True)

    @property
    def now(self) -> View:
        """The latest view."""
        with self._changed:
            return self._views[-1]

    @property
    def sequence(self) -> int:
        """The number of the latest view; later views have higher numbers."""
        return int(self.now["sequence"])

    def until(self, fits: Callable[[View], bool], since: int = -1) -> View:
        """Return the first view after number ``since`` that fits.

        Raises:
            TimeoutError: There was none in time; the text has the views that were seen.

        """
        deadline = time.monotonic() + self._patience
        with self._changed:
            while True:
                seen = [view for view in self._views if view["sequence"] > since]
                if found := next(filter(fits, seen), None):
                    return found
                if self._ended or not self._changed.wait(deadline - time.monotonic()):
                    raise TimeoutError(f"the kiosk showed only {[_brief(view) for view in seen]}")

    def since(self, sequence: int) -> list[View]:
        """Return every view later than number ``sequence``."""
        with self._changed:
            return [view for view in self._views if view["sequence"] > sequence]

    def press(self, **action: object) -> None:
        """Press a button of the page."""
        self._client.post("/api/v1/visit/actions", json=action).raise_for_status()

    def health(self) -> list[str]:
        """Return the codes of what is wrong: first of what prevents visits, then of the rest."""
        found = self._client.get("/healthz").json()
        return [*found["reasons"], *found["troubles"]]

    def __enter__(self) -> Self:
        self._client.get("/").raise_for_status()
        self._thread.start()
        with self._changed:
            if not self._changed.wait_for(lambda: self._views or self._ended, self._patience) or self._ended:
                raise TimeoutError("the kiosk shows nothing")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave. The stream ends with the kiosk or with this process."""
        self._client.close()

    def _follow(self) -> None:
        try:
            with self._client.stream("GET", "/api/v1/events") as stream:
                for line in stream.iter_lines():
                    if line.startswith("data:"):
                        self._take(json.loads(line.removeprefix("data:")))
        except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError):
            # The kiosk has ended, or this visitor has left.
            pass
        finally:
            self._end()

    def _take(self, view: View) -> None:
        with self._changed:
            self._views.append(view)
            self._changed.notify_all()

    def _end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()


def _brief(view: View) -> str:
    failure = view["failure"]
    return f"{view['sequence']} {view['screen']}" + (f" {failure['code']}" if failure else "")
