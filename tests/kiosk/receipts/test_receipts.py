"""Receipts: what they say, that others' code accepts them, and that nothing else passes for one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.decision import Decision
from kiosk.identity import Level
from kiosk.receipts import KeySet, KeySetError, ReceiptIssuer, ReceiptRefused, fingerprint, verified
from kiosk.receipts.jws import signed_jws
from tests.kiosk.receipts.conftest import MEMBER, NOW, VISIT, Signing

PROVED = [Level.CONFIRMED, Level.STAFF_CONFIRMED, Level.OFFICIAL_READER]


def part(said: Any) -> str:
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def claims(text: str) -> dict[str, Any]:
    body = text.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def refused(text: str, keys: KeySet) -> str:
    with pytest.raises(ReceiptRefused) as refusal:
        verified(text, keys)
    return str(refusal.value)


@pytest.mark.parametrize("level", PROVED)
def test_it_says_who_was_where_when_and_what_applies_and_names_nobody(signing: Signing, level: Level) -> None:
    text = signing.receipt(level)
    decision = signing.decision
    assert claims(text) == {
        "iss": "7",
        "sub": MEMBER,
        "iat": int(NOW.timestamp()),
        "level": level.value,
        "visit": VISIT,
        "applies": decision.applies,
        "usable": decision.usable,
    }
    assert verified(text, signing.keys).model_dump(mode="json") == claims(text)


def test_others_code_accepts_it_with_the_published_keys(signing: Signing) -> None:
    text = signing.receipt()
    head = jwt.get_unverified_header(text)
    key = jwt.PyJWKSet.from_dict(json.loads(signing.jwks))[head["kid"]]
    assert head["alg"] == "EdDSA"
    assert jwt.decode(text, key, algorithms=["EdDSA"], issuer="7") == claims(text)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(text[:-8] + "AAAAAAAA", key, algorithms=["EdDSA"])


def test_one_that_others_code_has_signed_is_accepted_here(signing: Signing) -> None:
    key = Ed25519PrivateKey.generate()
    jwk = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key())) | {"kid": "theirs"}
    text = jwt.encode(claims(signing.receipt()), key, "EdDSA", {"kid": "theirs"})
    keys = KeySet.of_json(json.dumps({"keys": [{"kty": "RSA", "kid": "theirs", "n": "AQ", "e": "AQAB"}, jwk]}).encode())
    assert verified(text, keys).visit == VISIT


def test_what_proves_no_presence_has_none(signing: Signing, a_decision: Decision) -> None:
    assert signing.issuer.issue(VISIT, MEMBER, Level.PRESENTED, a_decision, NOW) is None


def test_the_journal_names_a_receipt_by_its_hash(signing: Signing) -> None:
    assert fingerprint(signing.receipt()) == fingerprint(signing.receipt())
    assert fingerprint(signing.receipt()) != fingerprint(signing.receipt(Level.STAFF_CONFIRMED))


NAME_TWICE = b'{"alg":"EdDSA","alg":"EdDSA","kid":"x"}'
ALTERED: dict[str, Callable[[list[str], Signing], str]] = {
    "alg none": lambda parts, _: f"{part({'alg': 'none'})}.{parts[1]}.",
    "alg none with a signature": lambda parts, _: f"{part({'alg': 'none'})}.{parts[1]}.{parts[2]}",
    "another algorithm": lambda parts, signing: jwt.encode(
        claims(".".join(parts)),
        json.loads(signing.jwks)["keys"][0]["x"],
        "HS256",
        {"kid": json.loads(signing.jwks)["keys"][0]["kid"]},
    ),
    "a changed payload": lambda parts, _: (
        f"{parts[0]}.{part(claims('.'.join(parts)) | {'level': 'official_reader'})}.{parts[2]}"
    ),
    "a foreign kid": lambda parts, _: f"{part({'alg': 'EdDSA', 'kid': 'foreign'})}.{parts[1]}.{parts[2]}",
    "no kid": lambda parts, _: f"{part({'alg': 'EdDSA'})}.{parts[1]}.{parts[2]}",
    "a kid that is no text": lambda parts, _: f"{part({'alg': 'EdDSA', 'kid': ['x']})}.{parts[1]}.{parts[2]}",
    "a header with a name twice": lambda parts, _: f"{part(NAME_TWICE)}.{parts[1]}.{parts[2]}",
    "a short signature": lambda parts, _: f"{parts[0]}.{parts[1]}.{parts[2][:-4]}",
    "another writing of the signature": lambda parts, _: f"{parts[0]}.{parts[1]}.{_other_writing(parts[2])}",
    "padding": lambda parts, _: f"{parts[0]}.{parts[1]}.{parts[2]}==",
    "two parts": lambda parts, _: f"{parts[0]}.{parts[1]}",
    "four parts": lambda parts, _: ".".join([*parts, parts[2]]),
    "nothing": lambda parts, _: "",
    "not JSON": lambda parts, _: f"{part(b'hello')}.{parts[1]}.{parts[2]}",
    "deep JSON": lambda parts, _: f"{part(b'[' * 3000)}.{parts[1]}.{parts[2]}",
    "huge": lambda parts, _: f"{parts[0]}.{'A' * 10_000_000}.{parts[2]}",
    "white space": lambda parts, _: f" {'.'.join(parts)}",
    "other letters": lambda parts, _: f"{parts[0]}.{parts[1]}.{parts[2][:-1]}é",
}


def _other_writing(signature: str) -> str:
    """Return the same bytes with other bits in the last letter, which base64 does not use."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signature[:-1] + letters[letters.index(signature[-1]) ^ 1]


@pytest.mark.parametrize("altered", ALTERED.values(), ids=ALTERED.keys())
def test_anything_altered_is_refused(signing: Signing, altered: Callable[[list[str], Signing], str]) -> None:
    text = signing.receipt()
    reason = refused(altered(text.split("."), signing), signing.keys)
    assert reason and MEMBER not in reason


WRONG_CLAIMS = [
    {"level": "presented"},
    {"iat": "1"},
    {"iat": -1},
    {"iat": True},
    {"applies": "anything"},
    {"usable": None},
    {"visit": ""},
    {"sub": 7},
    {"iss": "x" * 300},
]


@pytest.mark.parametrize("wrong", WRONG_CLAIMS, ids=str)
def test_claims_that_no_receipt_has_are_refused_even_if_they_are_signed(
    signing: Signing, wrong: dict[str, object]
) -> None:
    key = Ed25519PrivateKey.generate()
    keys = KeySet({"k": key.public_key()})
    said = claims(signing.receipt())
    assert verified(signed_jws(json.dumps(said).encode(), key, "k"), keys).sub == MEMBER
    assert refused(signed_jws(json.dumps(said | wrong).encode(), key, "k"), keys).startswith("claims: ")
    for name in said:
        less = {other: value for other, value in said.items() if other != name}
        assert refused(signed_jws(json.dumps(less).encode(), key, "k"), keys) == f"claims: {name}: Field required"


@pytest.mark.parametrize("payload", [b'{"iss":"7","iss":"8"}', b"[]", b"7", b"\xff", b'{"iat":NaN}'])
def test_a_payload_with_two_meanings_or_none_is_refused_even_if_it_is_signed(payload: bytes) -> None:
    key = Ed25519PrivateKey.generate()
    keys = KeySet({"k": key.public_key()})
    assert refused(signed_jws(payload, key, "k"), keys).startswith("claims: ")


def test_a_header_that_asks_for_more_is_refused(signing: Signing) -> None:
    key = Ed25519PrivateKey.generate()
    text = jwt.encode(claims(signing.receipt()), key, "EdDSA", {"kid": "k", "crit": ["exp"], "exp": 1})
    assert refused(text, KeySet({"k": key.public_key()})) == "header: it asks for something that is not done here"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"hello", "not a JSON object whose names are all different"),
        (b'{"keys":[],"keys":[]}', "not a JSON object whose names are all different"),
        (b"[]", "not a JSON object"),
        (b"{}", "not a JWK set of 1000 keys at most"),
        (b'{"keys":[]}', "there is no Ed25519 key in it"),
        (b'{"keys":[7]}', "there is no Ed25519 key in it"),
        (b'{"keys":[{"kty":"OKP","crv":"Ed25519"}]}', "a key has no name (kid) or no value (x)"),
        (b'{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","x":"AA"}]}', "a value (x) is not 32 bytes in base64url"),
        (b'{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","x":"%%"}]}', "a value (x) is not 32 bytes in base64url"),
    ],
)
def test_a_file_that_is_no_set_of_keys_is_said(content: bytes, why: str) -> None:
    with pytest.raises(KeySetError) as refusal:
        KeySet.of_json(content)
    assert str(refusal.value) == why


def test_two_keys_of_one_name_are_refused(signing: Signing) -> None:
    (key,) = signing.issuer.public_keys()
    with pytest.raises(KeySetError, match="one name"):
        KeySet.of_json(json.dumps({"keys": [key, key]}).encode())


SOME_TEXT = st.text() | st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,100}", fullmatch=True)


@given(SOME_TEXT)
@settings(max_examples=50, deadline=None)
def test_no_text_passes_or_breaks_anything(text: str) -> None:
    with pytest.raises(ReceiptRefused):
        verified(text, KeySet({"k": Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()}))


def test_a_signer_without_a_key_gives_none(signing: Signing) -> None:
    unready = ReceiptIssuer(signing.folder, "7")
    assert unready.issue(VISIT, MEMBER, Level.CONFIRMED, signing.decision, NOW) is None
    assert unready.public_keys() == []
