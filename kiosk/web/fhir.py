"""Serve FHIR R4: whether a person is insured, and their Coverage, for a program with the scope ``member:read``.

The routes are not in the OpenAPI document: FHIR has a document of its own, ``GET /fhir/metadata``. The FHIR library is
loaded with the first question, in a thread.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from kiosk.failures import Code, Failure
from kiosk.fhir import (
    FAILURE,
    FHIR_JSON,
    REFUSALS,
    FhirRefusal,
    FhirRefused,
    ResourceForm,
    outcome,
    read_search,
    require_json,
)
from kiosk.reception import BirthDateNeeded, NotDeterminable, TooManyQuestions
from kiosk.web.access import Caller
from kiosk.web.errors import ApiRefusal, ErrorCode
from kiosk.web.seams import ProgramsPort

if TYPE_CHECKING:
    from kiosk.fhir.requests import EligibilityQuestion

__all__ = ["Fhir", "fhir_router", "install_fhir"]

_VERSIONS: Final = frozenset({"", "4.0", "4.0.1"})
"""What a media type may say of the version; usually it says nothing."""
_JSON: Final = frozenset({FHIR_JSON, "application/json"})
_FORM: Final = frozenset({"application/x-www-form-urlencoded"})
_WANTED: Final = _JSON | {"*/*", "application/*"}
_QUERY: Final = frozenset({"_format", "_pretty"})
_UTF8: Final = frozenset({"", "utf-8", "utf8"})
_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_ISSUES: Final = {Code.JOURNAL_DOWN: "no-store", Code.TERMINAL_SILENT: "timeout"}

Reader = Callable[..., Awaitable[Caller]]
"""The dependency that finds a caller with the scope ``member:read``, or raises ApiRefusal."""


@dataclass(frozen=True, slots=True)
class Fhir:
    """What answers, and how resources are written."""

    programs: ProgramsPort
    form: ResourceForm


def fhir_router(fhir: Fhir, reader: Reader) -> APIRouter:
    """Return the routes of FHIR, for callers whom ``reader`` lets in."""
    router = APIRouter(prefix="/fhir", include_in_schema=False)
    known = Depends(reader)
    _serve_metadata(router, reader)
    _serve_eligibility(router, fhir, known)
    _serve_coverage(router, fhir, known)

    @router.api_route("/{_:path}", methods=_METHODS, dependencies=[known])
    async def nothing() -> None:
        """Answer a caller who may ask that there is nothing at this address; others are refused first."""
        raise ApiRefusal(ErrorCode.NOT_FOUND)

    return router


def _serve_metadata(router: APIRouter, reader: Reader) -> None:
    @router.get("/metadata", dependencies=[Depends(reader)])
    async def metadata(request: Request) -> Response:
        """Return the CapabilityStatement."""
        _require_acceptable(request)
        return await run_in_threadpool(_capability)


def _serve_eligibility(router: APIRouter, fhir: Fhir, known: Caller) -> None:
    @router.post("/CoverageEligibilityRequest/$submit")
    async def submit(request: Request, caller: Caller = known) -> Response:
        """Return whether a person is insured, which document applies, and why."""
        body = await _body(request, _JSON, FhirRefusal.NOT_FHIR_JSON)
        question = await run_in_threadpool(_question, body)
        answer = await fhir.programs.eligibility(question.key, question.on, "fhir.eligibility", caller.name)

        def written() -> Response:
            from kiosk.fhir.response import response_of

            return _resource(response_of(answer, question, datetime.now(UTC), fhir.form).model_dump_json())

        return await run_in_threadpool(written)


def _serve_coverage(router: APIRouter, fhir: Fhir, known: Caller) -> None:
    @router.post("/Coverage/_search")
    async def search(request: Request, caller: Caller = known) -> Response:
        """Return the Coverage of the person whom an identifier names, as the register has it."""
        query = read_search(await _body(request, _FORM, FhirRefusal.NOT_A_FORM))
        found = await fhir.programs.coverage(query, "fhir.coverage", caller.name)

        def written() -> Response:
            from kiosk.fhir.coverage import searchset

            return _resource(searchset(found, fhir.programs.today, datetime.now(UTC), fhir.form).model_dump_json())

        return await run_in_threadpool(written)


def _question(body: bytes) -> EligibilityQuestion:
    from kiosk.fhir.requests import read_request

    return read_request(body)


def _capability() -> Response:
    from kiosk.fhir.capability import capability

    return _resource(capability().model_dump_json())


def _resource(text: str) -> Response:
    return Response(text, media_type=FHIR_JSON)


async def _body(request: Request, kinds: frozenset[str], refusal: FhirRefusal) -> bytes:
    """Return the body, of one of these media types. A URL with more than the wish for a format is refused first."""
    if not _QUERY.issuperset(request.query_params):
        raise FhirRefused(FhirRefusal.QUERY_IN_URL)
    _require_acceptable(request)
    kind, parameters = _media_type(request.headers.get("content-type", ""))
    if kind not in kinds or parameters.get("charset", "") not in _UTF8:
        raise FhirRefused(refusal)
    if not _is_our_version(parameters):
        raise FhirRefused(FhirRefusal.OTHER_VERSION)
    return await request.body()


def _require_acceptable(request: Request) -> None:
    """Refuse a caller who takes no FHIR 4.0 in JSON."""
    require_json(request.query_params.getlist("_format"))
    wanted = [_media_type(one) for one in request.headers.get("accept", "*/*").split(",")]
    if not any(kind in _WANTED and _is_our_version(parameters) for kind, parameters in wanted):
        raise FhirRefused(FhirRefusal.NOT_ACCEPTABLE)


def _media_type(header: str) -> tuple[str, Mapping[str, str]]:
    """Return a media type and its parameters, in lower case and without quotes."""
    kind, *rest = (part.strip() for part in header.lower().split(";"))
    parameters = (one.partition("=") for one in rest)
    return kind, {name.strip(): value.strip(' "') for name, _, value in parameters}


def _is_our_version(parameters: Mapping[str, str]) -> bool:
    return parameters.get("fhirversion", "") in _VERSIONS


# What a question ends in that is not answered


async def _on_refused(request: Request, error: Exception) -> JSONResponse:
    refused = error if isinstance(error, FhirRefused) else FhirRefused(FhirRefusal.MALFORMED)
    said = REFUSALS[refused.refusal]
    body = outcome(said.issue, refused.refusal, said.sentence, refused.element)
    return JSONResponse(body, said.status.value, media_type=FHIR_JSON)


async def _on_birth_date_needed(request: Request, error: Exception) -> JSONResponse:
    return await _on_refused(request, FhirRefused(FhirRefusal.BIRTH_DATE_NEEDED))


async def _on_too_many(request: Request, error: Exception) -> JSONResponse:
    return await _on_refused(request, FhirRefused(FhirRefusal.TOO_MANY))


async def _on_failure(request: Request, error: Exception) -> JSONResponse:
    failure = error.failure if isinstance(error, NotDeterminable) else Failure.here(Code.INTERNAL)
    issue = _ISSUES.get(failure.code, "transient")
    return JSONResponse(outcome(issue, failure.code.value, failure.text.why, system=FAILURE), 503, media_type=FHIR_JSON)


def install_fhir(app: FastAPI) -> None:
    """Answer each question that is not served with an OperationOutcome."""
    app.add_exception_handler(FhirRefused, _on_refused)
    app.add_exception_handler(BirthDateNeeded, _on_birth_date_needed)
    app.add_exception_handler(TooManyQuestions, _on_too_many)
    app.add_exception_handler(NotDeterminable, _on_failure)
