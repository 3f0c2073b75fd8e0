"""Ask the 資格確認端末: one enquiry at a time, and never an answer that fits another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk.eligibility.terminal.answers import parse_registered, read_answer
from kiosk.eligibility.terminal.checks import require_fit, require_ours
from kiosk.eligibility.terminal.errors import NoAnswer, OtherAnswer, TerminalError
from kiosk.eligibility.terminal.exchange import Exchange
from kiosk.eligibility.terminal.file_names import FileName, Kind
from kiosk.eligibility.terminal.model import Answer, Enquiry, ReferenceRegistration, Registered, Status
from kiosk.eligibility.terminal.numbers import plain_number
from kiosk.eligibility.terminal.requests import (
    Encoding,
    check_enquiry,
    check_registration,
    write_registration,
    write_request,
)
from kiosk.failures import FAILURES

__all__ = ["Terminal", "failed_answer", "failed_registration"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Terminal:
    """A 資格確認端末, as the settings name it.

    Attributes:
        exchange: the exchange of files.
        institution: 医療機関コード.
        encoding: of the requests.
        clock: the present.

    """

    exchange: Exchange
    institution: str
    encoding: Encoding = "utf-8"
    clock: Callable[[], datetime] = _now

    def check(self) -> None:
        """Raise FolderUnusable if nothing can be asked now. Takes a second at most."""
        self.exchange.check()

    def ask(self, enquiry: Enquiry, still_wanted: Callable[[], bool] = lambda: True, visit: str | None = "") -> Answer:
        """Return the answer about one person. Without one, it has the status error or timeout and a failure code.

        Once ``still_wanted`` says that nobody waits for it any more, it counts as not given. ``visit`` is for `Outage`,
        which remembers whose question waits; it is not sent.

        Raises:
            RequestRefused: The enquiry has a value that no request can carry.

        """
        check_enquiry(enquiry)
        write, parse = self._message(enquiry)
        try:
            return self.exchange.ask(Kind.CONFIRM, self.clock(), write, parse, still_wanted)
        except TerminalError as error:
            return failed_answer(error)

    def ask_once(self, enquiry: Enquiry, name: FileName, since: datetime, patience: float) -> Answer:
        """Return the answer about one person, whose request may have been put already (`Exchange.ask_once`).

        Raises:
            RequestRefused: The enquiry has a value that no request can carry.

        """
        check_enquiry(enquiry)
        write, parse = self._message(enquiry)
        try:
            return self.exchange.ask_once(name, since, write, parse, patience)
        except TerminalError as error:
            return failed_answer(error)

    def _message(self, enquiry: Enquiry) -> tuple[Callable[[str], bytes], Callable[[bytes, str], Answer]]:
        """Return what writes the request and what reads its answer, each for its 任意のファイル識別子."""

        def write(identifier: str) -> bytes:
            return write_request(enquiry, self.institution, identifier, self.encoding)

        def parse(content: bytes, identifier: str) -> Answer:
            answer, header, repeated = read_answer(content)
            require_ours(header, self.institution, identifier)
            if header.asked_on not in (None, enquiry.on):
                raise OtherAnswer("QualificationConfirmationDate is another day")
            require_fit(enquiry, repeated, answer)
            return answer

        return write, parse

    def register(self, registration: ReferenceRegistration) -> Registered:
        """Register a 照会番号, and return what became of it.

        Raises:
            RequestRefused: It has a value that no request can carry.

        """
        check_registration(registration)

        def write(identifier: str) -> bytes:
            return write_registration(registration, self.institution, identifier, self.encoding)

        def parse(content: bytes, identifier: str) -> Registered:
            registered, header, reference = parse_registered(content)
            require_ours(header, self.institution, identifier)
            if reference is not None and plain_number(reference) != plain_number(registration.reference):
                raise OtherAnswer("answers another 照会番号")
            return registered

        try:
            return self.exchange.ask(Kind.REGISTER, self.clock(), write, parse)
        except TerminalError as error:
            return failed_registration(error)


def failed_answer(error: TerminalError) -> Answer:
    """Return what stands in the place of an answer that is not there or must not be used."""
    status = Status.TIMEOUT if isinstance(error, NoAnswer) else Status.ERROR
    return Answer(status, code=error.code, message=FAILURES[error.code].why, failure=error.code, reason=str(error))


def failed_registration(error: TerminalError) -> Registered:
    """Return what stands in the place of an answer to a registration that is not there or must not be used."""
    status = "timeout" if isinstance(error, NoAnswer) else "error"
    return Registered(status, error.code, FAILURES[error.code].why, str(error))
