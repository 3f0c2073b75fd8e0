"""The work of ``kiosk decide``: an object of facts is read, and its decision or its error is written."""

from __future__ import annotations

import json
from typing import BinaryIO

from kiosk.decision import Decision, FactsError, Policy, decide, explain, facts_from_json

__all__ = ["Clerk"]


class Clerk:
    """Answers objects, one line each."""

    def __init__(self, policy: Policy, output: BinaryIO, *, explained: bool, longest: int) -> None:
        """Answer by ``policy`` on ``output``, with explanations if they are wanted; ``longest`` bytes are read."""
        self._policy, self._output = policy, output
        self._explained, self._longest = explained, longest

    def serve(self, data: bytes) -> bool:
        """Write the decision or the error for one object; say whether it was decided."""
        try:
            decision = decide(facts_from_json(_text(data, self._longest)), self._policy)
        except FactsError as error:
            self._write(error.to_json())
            return False
        self._write(self._answer(decision))
        return True

    def _answer(self, decision: Decision) -> dict[str, object]:
        answer = decision.to_json()
        if self._explained:
            answer["explanations"] = [{"reason": code, **explain(code)._asdict()} for code in decision.reasons]
        return answer

    def _write(self, answer: dict[str, object]) -> None:
        text = _JSON.encode(answer)
        # A key may hold half a surrogate pair, which UTF-8 has no form for: its escape is good JSON again.
        self._output.write(text.encode("utf-8", "backslashreplace") + b"\n")
        self._output.flush()  # a caller that feeds us line by line waits for the answer


_JSON = json.JSONEncoder(ensure_ascii=False)


def _text(data: bytes, longest: int) -> str:
    if len(data) > longest:
        raise FactsError(None, f"the input must be one JSON object of at most {longest} bytes")
    try:
        return data.decode("utf-8-sig")  # Windows' editors begin a file with a byte order mark
    except UnicodeDecodeError:
        raise FactsError(None, "the input must be one JSON object in UTF-8") from None
