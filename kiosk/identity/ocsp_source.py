"""Ask an OCSP responder over HTTP (RFC 6960 appendix A), within bounds of time and size."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING, Final

from cryptography import x509

from kiosk.identity.ocsp import build_request, judge, require_served
from kiosk.identity.ocsp_form import AnswerError, Refused
from kiosk.identity.revocation import Outlook, Revocation

if TYPE_CHECKING:  # imported where a responder is named: no other kiosk pays for it at its start
    import httpx

__all__ = ["MAX_RESPONSE", "OcspSource"]

MAX_RESPONSE: Final = 64 * 1024
"""Bytes."""

_NONCE_BYTES = 32
_GRACE: Final = 1.0
"""Seconds beyond the limit after which an exchange that does not even end by itself is given up."""

_ASK_EVERY: Final = 60.0
"""Seconds without a question after which the responder is asked whether it still answers."""

_HEADERS = {
    "Content-Type": "application/ocsp-request",
    "Accept": "application/ocsp-response",
    "Accept-Encoding": "identity",  # no small answer that unpacks to a large one
}


class OcspSource:
    """The responder at one address. A missing, wrong or late answer is ``not_checked``, and a problem.

    It asks by POST, so that the certificate's number is in no URL and no proxy's log. It follows no redirect and uses
    no
    proxy of the environment. If there are no questions it asks now and then about the root itself, whose number
    identifies
    nobody, to find out whether it would be answered.
    """

    def __init__(self, url: str, *, timeout: float = 3.0) -> None:
        """Keep the address and the seconds that a whole exchange may take.

        Raises:
            ValueError: The URL cannot be used.

        """
        self._url = _parsed(url)
        if self._url.scheme not in {"http", "https"} or not self._url.host:
            raise ValueError("not an http or https URL")
        self._timeout = timeout
        self._tls = ssl.create_default_context()
        self._fault: str | None = None
        self._fault_of_card: str | None = None
        self._served = False
        self._asked_at: float | None = None
        self._prober: Thread | None = None

    def status(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Revocation:
        """Ask about the certificate and return, within the time limit, what the answer proves at ``now`` (aware)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        try:
            content = self._exchange(build_request(certificate, issuer, nonce))
        except AnswerError as error:
            self._note(str(error))
            return Revocation.NOT_CHECKED
        try:
            found, self._fault_of_card = judge(content, certificate, issuer, nonce, now), None
        except AnswerError as error:
            self._fault_of_card = None if isinstance(error, Refused) and not error.unauthorized else str(error)
            self._note(str(error))
            return Revocation.NOT_CHECKED
        self._note(None)
        return found

    def refresh(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        """Begin to ask whether the responder answers, if it did not the last time or was not asked for a while."""
        quiet = self._asked_at is None or time.monotonic() - self._asked_at > _ASK_EVERY
        busy = self._prober is not None and self._prober.is_alive()
        if issuers and not busy and (quiet or self._fault):
            self._prober = Thread(target=self._probe, args=(tuple(issuers), now), name="ocsp", daemon=True)
            self._prober.start()

    def outlook(self, issuers: Sequence[x509.Certificate], now: datetime) -> Outlook:
        """Return whether the last exchange was usable, and what was wrong with it.

        An unusable answer about a card stays a problem until there is a proper answer about a card: a responder that
        only knows
        the root checks nobody.
        """
        fault = self._fault or self._fault_of_card
        return Outlook(self._served, (f"{self._url.host}: {fault}",) if fault else ())

    def _note(self, fault: str | None) -> None:
        self._fault, self._served, self._asked_at = fault, fault is None, time.monotonic()

    def _probe(self, issuers: Sequence[x509.Certificate], now: datetime) -> None:
        """Ask about each root, as issued by itself, until the responder answers for one."""
        faults = []
        for issuer in issuers:
            try:
                content = self._exchange(build_request(issuer, issuer, secrets.token_bytes(_NONCE_BYTES)))
                require_served(content, issuer, now)
            except Refused as error:
                # It may still answer for cards, unless this is what it said about a card.
                faults.append(None if error.unauthorized and self._fault != str(error) else str(error))
            except AnswerError as error:
                faults.append(str(error))
            else:
                faults.append(None)
            if faults[-1] is None:
                break
        self._note(faults[-1])

    def _exchange(self, request: bytes) -> bytes:
        """Return the body of the answer.

        Raises:
            AnswerError: There was no usable answer in time.

        """
        # This runs in an event loop of its own in a thread of its own. Only cancelling bounds the whole exchange (a
        # peer may send one byte before each read's own limit), and the caller's thread may already have a running loop.
        answer: Future[bytes] = Future()
        Thread(target=self._settle, args=(answer, request), name="ocsp exchange", daemon=True).start()
        try:
            return answer.result(self._timeout + _GRACE)
        except TimeoutError:
            raise self._late() from None

    def _settle(self, answer: Future[bytes], request: bytes) -> None:
        # The look-up of a name cannot be cancelled. Only this loop waits for it, at its end.
        with asyncio.Runner() as runner:
            try:
                answer.set_result(runner.run(self._within_limit(request)))
            except BaseException as error:  # whatever it is, it is the asker's
                answer.set_exception(error)

    def _late(self) -> AnswerError:
        return AnswerError(f"no answer within {self._timeout:g} seconds")

    async def _within_limit(self, request: bytes) -> bytes:
        import httpx

        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(request)
        except TimeoutError:
            raise self._late() from None
        except AnswerError:
            raise
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise AnswerError(f"no answer: {type(error).__name__}") from None

    async def _post(self, request: bytes) -> bytes:
        import httpx

        client = httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=self._timeout)
        async with client, client.stream("POST", self._url, content=request, headers=_HEADERS) as response:
            if response.status_code != httpx.codes.OK:
                raise AnswerError(f"the responder answers with HTTP status {response.status_code}")
            content = bytearray()
            async for chunk in response.aiter_raw():
                content += chunk
                if len(content) > MAX_RESPONSE:
                    raise AnswerError(f"an answer of more than {MAX_RESPONSE} bytes")
            return bytes(content)


def _parsed(url: str) -> httpx.URL:
    import httpx

    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        raise ValueError("not a URL") from None
