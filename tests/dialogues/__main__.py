"""``python -m tests.dialogues``: records the dialogues of this folder anew, from simulated cards."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from kiosk.cli import app
from simulators.card import Abilities, JpkiCardSimulator
from simulators.cards import ATRS, Card, ForeignCardSimulator
from simulators.issuing import DEFAULT_PIN, contents_of
from simulators.pki import user_authority
from simulators.readers import plugin

FOLDER = Path(__file__).parent
REMARK = "recorded from a simulated card of these abilities, not from a real one"
JUKI_ATR = bytes.fromhex("3B8880010000" + "14E0B38191005E")
GENERATIONS = {
    "contactless-05": (ATRS[0], Abilities()),
    "contactless-41": (ATRS[1], Abilities(says_verified=True)),
    "contactless-4b": (ATRS[2], Abilities(largest_message=256)),
    "contact-3be0": (ATRS[3], Abilities(extended_length=False, short_ids=False)),
    "contact-3bda": (ATRS[4], Abilities(first_command_fails=True)),
    "contact-3bc5": (ATRS[5], Abilities(extended_length=False, exact_le=True)),
}
"""Name of the file -> answer to reset, and what such a card can."""


def main() -> None:
    now = datetime.now(UTC)
    authority = user_authority(now)
    contents = contents_of(authority.issue(), authority, now)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root.pem"
        root.write_bytes(authority.pem)
        for name, (atr, abilities) in GENERATIONS.items():
            _record(name, JpkiCardSimulator(contents, abilities, atr=atr), root)
        _record("juki-card", ForeignCardSimulator(JUKI_ATR), root)


def _record(name: str, card: Card, root: Path) -> None:
    path = FOLDER / f"{name}.jsonl"
    path.unlink(missing_ok=True)
    plugin.readers.put(card)
    words = ["card", "record", str(path), "--driver", "simulator", "--trust", str(root), "--pin-stdin"]
    result = CliRunner().invoke(app, words, input=DEFAULT_PIN)
    assert result.exit_code == 0, result.stderr
    header, *steps = path.read_text().splitlines(keepends=True)
    path.write_text(json.dumps({**json.loads(header), "remark": REMARK}) + "\n" + "".join(steps))


if __name__ == "__main__":
    main()
