"""OpenSC, whose JPKI driver none of us wrote, takes the simulated card for a My Number card."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from simulators.card import JpkiCardSimulator
from simulators.issuing import clone_of
from simulators.pcscd import PrivatePcscd
from simulators.pytest_plugin import need

MakeCard = Callable[..., JpkiCardSimulator]

MISSING = [name for name in ("opensc-tool", "pkcs15-tool", "pkcs11-tool", "openssl") if shutil.which(name) is None]
MODULES = sorted(Path("/usr/lib").glob("*/opensc-pkcs11.so"))


@pytest.fixture(autouse=True)
def opensc() -> None:
    need(MISSING if MODULES else [*MISSING, "opensc-pkcs11.so"])


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def sign(folder: Path, pin: str = "1234") -> subprocess.CompletedProcess[str]:
    """Let OpenSC log in and sign the file ``message``, writing ``signature``."""
    (folder / "message").write_bytes(b"a fresh challenge")
    options = f"--login --pin {pin} --id 01 --sign --mechanism SHA256-RSA-PKCS".split()
    files = ["-i", str(folder / "message"), "-o", str(folder / "signature")]
    return run("pkcs11-tool", "--module", str(MODULES[0]), *options, *files)


def verify(folder: Path, certificate: bytes) -> subprocess.CompletedProcess[str]:
    """Let OpenSSL check ``signature`` over ``message`` with the certificate's key."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    (folder / "key.pem").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    options = ["-sha256", "-verify", str(folder / "key.pem"), "-signature", str(folder / "signature")]
    return run("openssl", "dgst", *options, str(folder / "message"))


def test_card_is_recognised(pcscd: PrivatePcscd, card: MakeCard) -> None:
    pcscd.put(card())

    assert run("opensc-tool", "-n").stdout.strip() == "jpki"


def test_authentication_certificate_is_ours(pcscd: PrivatePcscd, card: MakeCard) -> None:
    tested = card()
    pcscd.put(tested)

    pem = run("pkcs15-tool", "--read-certificate", "1").stdout

    assert x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER) == tested.contents.auth_certificate


def test_pin_is_verified(pcscd: PrivatePcscd, card: MakeCard) -> None:
    tested = card(pin="0123")
    pcscd.put(tested)

    right = run("pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", "0123")
    wrong = run("pkcs15-tool", "--verify-pin", "--auth-id", "1", "--pin", "9999")

    assert (right.returncode, wrong.returncode != 0) == (0, True)
    assert tested.pin_tries_left == 2


def test_signature_fits_the_certificate(pcscd: PrivatePcscd, card: MakeCard, tmp_path: Path) -> None:
    tested = card()
    pcscd.put(tested)

    signed = sign(tmp_path)

    assert signed.returncode == 0, signed.stderr
    assert verify(tmp_path, tested.contents.auth_certificate).stdout.strip() == "Verified OK"


def test_signature_of_a_clone_does_not(pcscd: PrivatePcscd, card: MakeCard, tmp_path: Path) -> None:
    genuine = card()
    pcscd.put(clone_of(genuine.contents))

    signed = sign(tmp_path, pin="5555")

    assert signed.returncode == 0, signed.stderr
    assert verify(tmp_path, genuine.contents.auth_certificate).returncode != 0


def test_wrong_pin_gives_no_signature(pcscd: PrivatePcscd, card: MakeCard, tmp_path: Path) -> None:
    pcscd.put(card())

    assert sign(tmp_path, pin="0000").returncode != 0
    assert not (tmp_path / "signature").exists() or (tmp_path / "signature").stat().st_size == 0
