"""A kiosk that signs receipts, and what its receipts say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.decision import Decision, decide
from kiosk.identity import Level
from kiosk.receipts import KeySet, ReceiptIssuer
from tests.gallery.views import facts

NOW = datetime(2026, 11, 25, 1, 2, 3, 456789, tzinfo=UTC)
VISIT = "5f1c0a4be2d94c6f8a37d21b90e4c7aa"
MEMBER = "ab" * 32


class Signing:
    """The signer of kiosk 7, with its folder."""

    def __init__(self, folder: Path, decision: Decision) -> None:
        self.folder, self.decision = folder, decision
        self.issuer = ReceiptIssuer(folder, "7")
        assert self.issuer.look() == ()

    def receipt(self, level: Level = Level.CONFIRMED) -> str:
        issued = self.issuer.issue(VISIT, MEMBER, level, self.decision, NOW)
        assert issued is not None
        return issued

    @property
    def jwks(self) -> bytes:
        return json.dumps({"keys": self.issuer.public_keys()}).encode()

    @property
    def keys(self) -> KeySet:
        return KeySet.of_json(self.jwks)


@pytest.fixture
def a_decision() -> Decision:
    """The answer for somebody whose card works."""
    return decide(facts())


@pytest.fixture
def signing(tmp_path: Path, a_decision: Decision) -> Signing:
    return Signing(tmp_path, a_decision)
