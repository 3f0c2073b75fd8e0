"""What is taken for a password, and what is kept of it."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from kiosk.staff.passwords import LONGEST, PasswordRefused, hash_password, is_outdated, is_right, require_password

GOOD = "tsuki-to-kaze9"


@pytest.mark.parametrize("text", [GOOD, "あめにもまけずかぜにも", "correct horse battery"])
def test_what_nobody_guesses_early_is_taken(text: str) -> None:
    require_password(text, "hanako")


@pytest.mark.parametrize(
    "text",
    ["", "short", "123456789", "aaaaaaaaaaaa", "1212121212", "hanako1234", "Hanakohanako", "password12", "1234567890",
     "ｐａｓｓｗｏｒｄ１２", "x" + "y1z" * LONGEST],
)  # fmt: skip
def test_what_anybody_would_try_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        require_password(text, "hanako")
    assert not text or text not in str(refused.value)


def test_a_hash_is_argon2id_with_the_librarys_parameters_and_a_salt_of_its_own() -> None:
    one, other = hash_password(GOOD), hash_password(GOOD)
    assert one.startswith("$argon2id$") and one != other
    assert not PasswordHasher().check_needs_rehash(one)


def test_full_width_is_the_same_password() -> None:
    assert is_right(hash_password("ｔｓｕｋｉ－ｔｏ－ｋａｚｅ９"), GOOD)


@pytest.mark.parametrize(
    "kept", [None, "no hash at all", hash_password("another-one-7")], ids=["none", "junk", "another"]
)
def test_only_the_right_password_is_right(kept: str | None) -> None:
    assert not is_right(kept, GOOD)


def test_a_hash_of_weaker_parameters_is_outdated() -> None:
    assert is_outdated(PasswordHasher(time_cost=1).hash(GOOD))
