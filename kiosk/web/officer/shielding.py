"""Answer with a page where the shield of the port has refused a request for the office, which never saw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import Response
from fastapi.responses import HTMLResponse

from kiosk.failures import Code
from kiosk.web.errors import ErrorCode, envelope
from kiosk.web.officer.access import HOME
from kiosk.web.officer.rendering import OfficePages
from kiosk.web.security import Refuse, refuse_in_json

__all__ = ["SHIELD_SENTENCES", "is_of_office", "refuse_with_page"]

SHIELD_SENTENCES: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.CROSS_SITE: "ほかのサイトから開いたため、行いませんでした。下のリンクから入り直してください。",
    ErrorCode.TOO_LARGE: (
        "送られた内容が大きすぎるため、受け取りませんでした。ファイルは512MBまで、ほかの入力は短くしてください。"
    ),
    ErrorCode.TOO_SLOW: "送信に時間がかかりすぎたため、受け取りませんでした。もう一度行ってください。",
    ErrorCode.INTERNAL: (
        "処理を続けられませんでした（{failure}）。行われたかどうかを、一覧で確かめてください。管理者に連絡してください。"
    ),
}
"""What an officer reads. A host name that is not the kiosk's may be another site's, which is told nothing."""


def is_of_office(path: str) -> bool:
    """Return whether an address is one of the office."""
    return path == HOME or path.startswith(f"{HOME}/")


def refuse_with_page(kiosk: str, *, simulation: bool) -> Refuse:
    """Return what answers for the shield: a page without a session for the office, the envelope for all else."""
    pages = OfficePages(kiosk=kiosk, simulation=simulation)

    def refuse(path: str, code: ErrorCode, failure: Code | None) -> Response:
        if not is_of_office(path) or code not in SHIELD_SENTENCES:
            return refuse_in_json(path, code, failure)
        sentence = SHIELD_SENTENCES[code].format(failure=failure or Code.INTERNAL)
        html = pages.refused(sentence, None, is_unsure=code is ErrorCode.INTERNAL)
        return HTMLResponse(html, envelope(code).status_code)

    return refuse
