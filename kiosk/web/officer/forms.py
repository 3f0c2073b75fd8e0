"""Read a form that a page has sent: bounded, each field once, and checked by a model."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.web.officer.refusals import CONFUSED, PageRefused

__all__ = ["FilterForm", "Form", "form_of"]

_MOST_FIELDS: Final = 24
_TYPE: Final = "application/x-www-form-urlencoded"


class Form(BaseModel):
    """The fields of one form; one that is not listed refuses it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class FilterForm(Form):
    """The text that a cell of a list has to have."""

    filter: str = Field(default="", max_length=100, repr=False)


FormT = TypeVar("FormT", bound=Form)


async def form_of(request: Request, model: type[FormT]) -> FormT:
    """Return what was sent, as the model has it. The shield bounds the body in size and time.

    Raises:
        PageRefused: It is no form, or not this one.

    """
    kind, _, _ = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != _TYPE:
        raise PageRefused(CONFUSED, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        fields = dict(pairs)
        if len(fields) < len(pairs):
            raise PageRefused(CONFUSED)
        return model.model_validate(fields)
    except (ValueError, ValidationError):
        raise PageRefused(CONFUSED) from None
