"""One JSON envelope for every refusal of the web, which never repeats what was sent: it may have been a 暗証番号."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

__all__ = ["ErrorCode", "ErrorEnvelope", "Refusal", "envelope", "install"]


class ErrorCode(StrEnum):
    """The closed list of refusals."""

    UNKNOWN_HOST = "unknown_host"
    CROSS_SITE = "cross_site"
    UNAUTHENTICATED = "unauthenticated"
    NOT_PERMITTED = "not_permitted"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    SCREEN_HAS_CHANGED = "screen_has_changed"
    WHICH_SCREEN = "which_screen"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NO_SUCH_ACCOUNT = "no_such_account"
    INVALID = "invalid"
    ACCOUNTS_UNREADABLE = "accounts_unreadable"
    INTERNAL = "internal"


_STATUS = {
    ErrorCode.UNKNOWN_HOST: (HTTPStatus.MISDIRECTED_REQUEST, "This host name is not served here."),
    ErrorCode.CROSS_SITE: (HTTPStatus.FORBIDDEN, "Requests from other sites are refused."),
    ErrorCode.UNAUTHENTICATED: (HTTPStatus.UNAUTHORIZED, "A valid token or the visitor page's cookie is needed."),
    ErrorCode.NOT_PERMITTED: (HTTPStatus.FORBIDDEN, "This action is not open to this caller."),
    ErrorCode.NOT_FOUND: (HTTPStatus.NOT_FOUND, "There is nothing at this address."),
    ErrorCode.METHOD_NOT_ALLOWED: (HTTPStatus.METHOD_NOT_ALLOWED, "This address does not take that method."),
    ErrorCode.SCREEN_HAS_CHANGED: (
        HTTPStatus.PRECONDITION_FAILED,
        "The screen has changed since; nothing was done.",
    ),
    ErrorCode.WHICH_SCREEN: (HTTPStatus.PRECONDITION_REQUIRED, 'This action needs If-Match: "<sequence>".'),
    ErrorCode.TOO_SLOW: (HTTPStatus.REQUEST_TIMEOUT, "The body did not come in time."),
    ErrorCode.TOO_LARGE: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than 16 kB."),
    ErrorCode.NOT_JSON: (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json."),
    ErrorCode.NO_SUCH_ACCOUNT: (HTTPStatus.UNPROCESSABLE_ENTITY, "staff: there is no such account of `kiosk staff`."),
    ErrorCode.INVALID: (HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not fit the OpenAPI document."),
    ErrorCode.ACCOUNTS_UNREADABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "The accounts of staff cannot be read."),
    ErrorCode.INTERNAL: (HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed; nothing is known of the outcome."),
}
_BY_STATUS = {status.value: code for code, (status, _) in _STATUS.items()}


class ErrorDetail(BaseModel):
    """What was refused, as a code of a closed list and an English sentence."""

    code: ErrorCode
    message: str


class ErrorEnvelope(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorDetail


class Refusal(HTTPException):
    """Ends a request with ``code`` and its status."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(_STATUS[code][0].value)
        self.code = code


def envelope(code: ErrorCode, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return the answer for ``code``; a 401 names the scheme it asks for (RFC 9110, 11.6.1)."""
    status, message = _STATUS[code]
    challenge = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}
    body = ErrorEnvelope(error=ErrorDetail(code=code, message=message))
    return JSONResponse(body.model_dump(mode="json"), status.value, {**challenge, **(headers or {})})


def install(app: FastAPI) -> None:
    """Make every error of ``app`` leave in the envelope."""
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_invalid)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Refusal):
        return envelope(error.code)
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return envelope(_BY_STATUS.get(status, ErrorCode.INVALID), headers)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    return envelope(ErrorCode.INVALID)
