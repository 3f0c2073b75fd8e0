"""Generate the failure handbook (docs/handbook.md) from the table of the screens, so that the two cannot differ."""

from __future__ import annotations

from kiosk.failures.codes import Code
from kiosk.failures.texts import FAILURES, FailureText

__all__ = ["handbook"]


def handbook() -> str:
    """Return the failure handbook as Markdown: for each code what the visitor sees and what desk and technician do."""
    return _HANDBOOK_HEAD + "".join(_handbook_entry(code, text) for code, text in FAILURES.items())


_HANDBOOK_HEAD = """# 障害コード一覧 (failure handbook)

Written by `kiosk handbook`; a test holds it against `kiosk/failures`. {desk} は医療機関では「受付」、組合では「窓口」です。
"""


def _handbook_entry(code: Code, text: FailureText) -> str:
    steps = "".join(f"  {number}. {step}\n" for number, step in enumerate(text.steps, 1))
    return (
        f"\n## {code.value} {text.heading}\n\n- 来訪者の画面: {text.why}\n{steps}"
        f"- 窓口の対応: {text.desk}\n- 技術者の対応: {text.technician}\n"
    )
