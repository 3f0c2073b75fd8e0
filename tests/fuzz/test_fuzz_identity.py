"""Certificates, CRLs and OCSP answers changed as ASN.1: a verdict each, never a good one for a changed signed part."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.identity.ocsp_form import take_apart
from simulators import pki
from tests.fuzz import identity
from tests.fuzz.der import mutated, tree
from tests.fuzz.sample import examples
from tests.fuzz.targets import TARGETS

pytestmark = pytest.mark.filterwarnings("ignore")  # as in the field, where a warning is no error

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=examples(900, 0.08))
@given(st.sampled_from(identity.genuine_certificates()), seeds)
def test_a_certificate(genuine: bytes, seed: int) -> None:
    identity.certificate(mutated(genuine, Random(seed)))


@settings(max_examples=examples(700, 0.08))
@given(st.sampled_from(identity.genuine_lists()), seeds)
def test_a_list(genuine: bytes, seed: int) -> None:
    identity.revocation_list(mutated(genuine, Random(seed)))


@settings(max_examples=examples(900, 0.04))
@given(st.sampled_from(identity.genuine_answers()), seeds)
def test_an_answer(genuine: bytes, seed: int) -> None:
    identity.answer(mutated(genuine, Random(seed)))


@pytest.mark.parametrize("target", ["certificate", "crl", "ocsp"])
def test_what_was_not_changed_passes(target: str) -> None:
    for genuine in TARGETS[target].seeds():
        TARGETS[target].run(genuine)


def test_an_answer_that_another_key_signed_is_no_genuine_one() -> None:
    forged = pki.lookalike(identity.USER).ocsp(identity.GENUINE.certificate)
    genuine = identity.genuine_answers()[0]
    assert [identity.is_signed(take_apart(der)) for der in (genuine, forged)] == [True, False]


@pytest.mark.parametrize("target", ["certificate", "crl", "ocsp"])
def test_what_the_changes_begin_from_is_read_to_the_last_byte(target: str) -> None:
    for genuine in TARGETS[target].seeds():
        found = tree(genuine)
        assert found is not None and b"".join(node.encode() for node in found) == genuine
        assert sum(1 for node in found for _ in node.walk()) > 20


def test_the_changes_are_many_and_change_something() -> None:
    genuine = identity.genuine_certificates()[0]
    changed = Counter(mutated(genuine, Random(seed), most=1) for seed in range(400))
    assert len(changed) > 250
    assert changed[genuine] < 120
