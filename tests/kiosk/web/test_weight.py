"""The weight of the visitor page, in every language."""

from __future__ import annotations

import pytest

from kiosk.languages import Language
from tests.gallery.weight import MOST_BYTES, weights


@pytest.mark.parametrize("language", list(Language))
def test_every_screen_with_scripts_and_styles_is_light(language: Language) -> None:
    weighed = weights(language)
    assert {name: weight for name, weight in weighed.items() if weight > MOST_BYTES} == {}
