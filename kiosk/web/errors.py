"""Refuse requests in one JSON envelope that never repeats what was sent, since that may have been a 暗証番号."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from kiosk.fhir import FHIR_JSON, outcome
from kiosk.web.misfits import Misfit, misfit

__all__ = [
    "SHIELD",
    "ErrorCode",
    "ErrorDetail",
    "ErrorEnvelope",
    "ApiRefusal",
    "Responses",
    "detail",
    "documented",
    "envelope",
    "install",
    "refusal",
]

FHIR_PATH = "/fhir/"
"""Below it every refusal is an OperationOutcome."""

Responses = dict[int | str, dict[str, object]]
"""The unsuccessful answers of an operation, by status, as FastAPI takes them."""


class ErrorCode(StrEnum):
    """The closed list of refusals."""

    UNKNOWN_HOST = "unknown_host"
    CROSS_SITE = "cross_site"
    UNAUTHENTICATED = "unauthenticated"
    NOT_PERMITTED = "not_permitted"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    GONE = "gone"
    CARD_WITHOUT_PHOTO = "card_without_photo"
    DOES_NOT_FIT = "does_not_fit"
    SCREEN_HAS_CHANGED = "screen_has_changed"
    NOT_A_SCREEN = "not_a_screen"
    WHICH_SCREEN = "which_screen"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NO_SUCH_ACCOUNT = "no_such_account"
    PHOTO_UNASKED = "photo_unasked"
    INVALID = "invalid"
    ACCOUNTS_UNREADABLE = "accounts_unreadable"
    REGISTER_DOWN = "register_down"
    RESULTS_UNAVAILABLE = "results_unavailable"
    NOT_JOURNALED = "not_journaled"
    INTERNAL = "internal"


_STATUS = {
    ErrorCode.UNKNOWN_HOST: (HTTPStatus.MISDIRECTED_REQUEST, "This host name is not served here."),
    ErrorCode.CROSS_SITE: (HTTPStatus.FORBIDDEN, "Requests from other sites are refused."),
    ErrorCode.UNAUTHENTICATED: (HTTPStatus.UNAUTHORIZED, "A valid token or the visitor page's cookie is needed."),
    ErrorCode.NOT_PERMITTED: (HTTPStatus.FORBIDDEN, "This action is not open to this caller."),
    ErrorCode.NOT_FOUND: (HTTPStatus.NOT_FOUND, "There is nothing at this address."),
    ErrorCode.METHOD_NOT_ALLOWED: (HTTPStatus.METHOD_NOT_ALLOWED, "This address does not take that method."),
    ErrorCode.GONE: (HTTPStatus.GONE, "This visit is no longer known; begin again without since."),
    ErrorCode.CARD_WITHOUT_PHOTO: (
        HTTPStatus.CONFLICT,
        "A face cannot be compared with a card without a photograph; nothing was done.",
    ),
    ErrorCode.DOES_NOT_FIT: (
        HTTPStatus.CONFLICT,
        "This action does not fit the present state, which is in this body; nothing was done.",
    ),
    ErrorCode.SCREEN_HAS_CHANGED: (
        HTTPStatus.PRECONDITION_FAILED,
        "The screen has changed since; nothing was done.",
    ),
    ErrorCode.NOT_A_SCREEN: (
        HTTPStatus.PRECONDITION_FAILED,
        'If-Match must be the number of one screen in quotes ("7"), or *; nothing was done.',
    ),
    ErrorCode.WHICH_SCREEN: (HTTPStatus.PRECONDITION_REQUIRED, 'This action needs If-Match: "<sequence>".'),
    ErrorCode.TOO_SLOW: (HTTPStatus.REQUEST_TIMEOUT, "The body did not come in time."),
    ErrorCode.TOO_LARGE: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than 16 kB."),
    ErrorCode.NOT_JSON: (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json."),
    ErrorCode.NO_SUCH_ACCOUNT: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "staff: there is no such account of `kiosk staff`, or its role is not one of the desk.",
    ),
    ErrorCode.PHOTO_UNASKED: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "card_has_photo: is needed for a holder under five.",
    ),
    ErrorCode.INVALID: (HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not fit the OpenAPI document."),
    ErrorCode.ACCOUNTS_UNREADABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "The accounts of staff cannot be read."),
    ErrorCode.REGISTER_DOWN: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The card's holder cannot be looked up now; nothing was done.",
    ),
    ErrorCode.RESULTS_UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "The finished visits cannot be read now."),
    ErrorCode.NOT_JOURNALED: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The journal cannot take this look at a person now; nothing was given.",
    ),
    ErrorCode.INTERNAL: (HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed; nothing is known of the outcome."),
}
_BY_STATUS = {status.value: code for code, (status, _) in _STATUS.items()}

SHIELD = (ErrorCode.UNKNOWN_HOST, ErrorCode.CROSS_SITE, ErrorCode.TOO_LARGE, ErrorCode.INTERNAL)
"""The refusals that every operation can give."""


class ErrorDetail(BaseModel):
    """What was refused: a code of a closed list and an English sentence; with 422 also the field at fault."""

    code: ErrorCode
    message: str
    field: str | None = None


class ErrorEnvelope(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorDetail


class ApiRefusal(HTTPException):
    """Ends a request with ``code`` and its status; ``at_fault`` is the field that does not fit, for a 422."""

    def __init__(self, code: ErrorCode, at_fault: Misfit | None = None) -> None:
        super().__init__(_STATUS[code][0].value)
        self.code, self.at_fault = code, at_fault


def detail(code: ErrorCode, at_fault: Misfit | None = None) -> ErrorDetail:
    """Return code and sentence, with the field at fault if it is known."""
    if at_fault is None:
        return ErrorDetail(code=code, message=_STATUS[code][1])
    return ErrorDetail(code=code, message=at_fault.sentence, field=at_fault.field)


def envelope(code: ErrorCode, headers: dict[str, str] | None = None, at_fault: Misfit | None = None) -> JSONResponse:
    """Return the answer for ``code``; a 401 names the scheme it asks for (RFC 9110, 11.6.1)."""
    status = _STATUS[code][0]
    challenge = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}
    body = ErrorEnvelope(error=detail(code, at_fault)).model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, status.value, {**challenge, **(headers or {})})


def refusal(
    path: str, code: ErrorCode, headers: dict[str, str] | None = None, at_fault: Misfit | None = None
) -> JSONResponse:
    """Return the answer for ``code`` to a request for ``path``: the envelope, or what FHIR has in its place."""
    answer = envelope(code, headers, at_fault)
    if not path.startswith(FHIR_PATH):
        return answer
    said = outcome(_ISSUES.get(code, "processing"), code, detail(code, at_fault).message)
    kept = {name: value for name, value in answer.headers.items() if name not in _OF_THE_BODY}
    return JSONResponse(said, answer.status_code, kept, media_type=FHIR_JSON)


_OF_THE_BODY = {"content-type", "content-length"}
_ISSUES = {
    ErrorCode.UNAUTHENTICATED: "login",
    ErrorCode.NOT_PERMITTED: "forbidden",
    ErrorCode.UNKNOWN_HOST: "security",
    ErrorCode.CROSS_SITE: "security",
    ErrorCode.NOT_FOUND: "not-found",
    ErrorCode.METHOD_NOT_ALLOWED: "not-supported",
    ErrorCode.TOO_LARGE: "too-long",
    ErrorCode.TOO_SLOW: "timeout",
    ErrorCode.INTERNAL: "exception",
}
"""The code of FHIR's IssueType for the refusals that any address may answer with."""


def documented(codes: Iterable[ErrorCode], model: type[BaseModel] = ErrorEnvelope) -> Responses:
    """Return the part of the OpenAPI document for these refusals: the body's model, and each code with its sentence."""
    found: dict[int, list[str]] = {}
    for code in codes:
        status, message = _STATUS[code]
        found.setdefault(status.value, []).append(f"`{code}`: {message}")
    return {status: {"model": model, "description": "\n\n".join(says)} for status, says in found.items()}


def install(app: FastAPI) -> None:
    """Put every error of ``app`` into the envelope."""
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_invalid)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    path = request.url.path
    if isinstance(error, ApiRefusal):
        return refusal(path, error.code, at_fault=error.at_fault)
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return refusal(path, _BY_STATUS.get(status, ErrorCode.INVALID), headers)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    at_fault = misfit(found[0]["type"], found[0]["loc"]) if found else None
    return refusal(request.url.path, ErrorCode.INVALID, at_fault=at_fault)
