"""The keys of receipts: made once, private, renewed without losing an earlier one; what is wrong is S-18 and heals."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from kiosk.failures import Code
from kiosk.receipts import KEY_FILE, KeyFileError, ReceiptIssuer, ReceiptKeyFile, verified
from tests.kiosk.receipts.conftest import Signing


def test_the_key_is_made_once_and_is_private(signing: Signing) -> None:
    file = signing.folder / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = ReceiptIssuer(signing.folder, "7")
    assert again.look() == ()
    assert again.public_keys() == signing.issuer.public_keys()


def test_two_starts_at_once_make_one_key(tmp_path: Path) -> None:
    issuers = [ReceiptIssuer(tmp_path, str(number)) for number in range(8)]
    starts = [Thread(target=issuer.look) for issuer in issuers]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len({json.dumps(issuer.public_keys()) for issuer in issuers}) == 1


def test_after_a_rotation_the_new_key_signs_and_earlier_receipts_still_verify(signing: Signing) -> None:
    before, (old,) = signing.receipt(), signing.issuer.public_keys()
    ReceiptKeyFile(signing.folder).rotate()
    assert signing.issuer.look() == ()
    after = signing.receipt()
    new, kept = signing.issuer.public_keys()
    assert (kept, new["kid"] != old["kid"]) == (old, True)
    for receipt in (before, after):
        verified(receipt, signing.keys)


def test_a_rotation_forgets_the_earlier_private_part(signing: Signing) -> None:
    private = json.loads((signing.folder / KEY_FILE).read_bytes())["private"]
    ReceiptKeyFile(signing.folder).rotate()
    assert private not in (signing.folder / KEY_FILE).read_text("ascii")


SPOILED: dict[str, Callable[[Path], object]] = {
    "open to others": lambda file: file.chmod(0o644),
    "not JSON": lambda file: file.write_bytes(b"hello"),
    "torn": lambda file: file.write_bytes(file.read_bytes()[:-20]),
    "a key of another size": lambda file: file.write_bytes(b'{"private":"AAAA","earlier":[]}'),
    "huge": lambda file: file.write_bytes(b" " * 600_000),
    "a folder": lambda file: (file.unlink(), file.mkdir(mode=0o700)),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_a_file_that_cannot_be_used_is_a_trouble_that_heals(signing: Signing, spoil: Callable[[Path], object]) -> None:
    file = signing.folder / KEY_FILE
    kept = file.rename(signing.folder / "copy")
    file.write_bytes(kept.read_bytes())
    file.chmod(0o600)
    assert signing.issuer.look() == ()
    spoil(file)
    (trouble,) = signing.issuer.look()
    assert (trouble.code, str(file) in trouble.reason) == (Code.RECEIPTS_UNSIGNED, True)
    with pytest.raises(KeyFileError):
        ReceiptKeyFile(signing.folder).rotate()
    file.rmdir() if file.is_dir() else file.unlink()
    kept.rename(file)
    assert signing.issuer.look() == ()
    verified(signing.receipt(), signing.keys)


def test_a_folder_that_is_not_there_yet_is_a_trouble_that_heals(tmp_path: Path) -> None:
    issuer = ReceiptIssuer(tmp_path / "later", "7")
    (trouble,) = issuer.look()
    assert trouble.code is Code.RECEIPTS_UNSIGNED
    (tmp_path / "later").mkdir()
    assert issuer.look() == ()
