"""The screens in the gallery: as they are once the page listens, sheets open where a name says so, and all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kiosk.decision import NextStep, Paper, Reason, Supplement, Usable
from kiosk.web.screens import Screens
from tests.gallery.outcomes import outcome_screens
from tests.gallery.shots import Size, shoot
from tests.gallery.views import every_screen, failure_screens


def test_a_sheet_is_taken_open(tmp_path: Path) -> None:
    size, views = Size(1280, 800), every_screen().values()
    html = Screens().page(next(view for view in views if view.screen.value == "guide_belongings"))
    taken: list[None] = []
    shoot({"plain": html, "plain+compare": html}, tmp_path, (size,), lambda: taken.append(None))
    plain, opened = ((tmp_path / str(size) / f"{name}.png").read_bytes() for name in ("plain", "plain+compare"))
    assert plain != opened
    assert len(taken) == 2


def test_every_code_of_the_house_is_shown_on_a_screen_of_its_own() -> None:
    for code, view in failure_screens().items():
        assert f'<strong class="code__value">{code}</strong>' in Screens().main(view)


def test_every_reason_step_paper_and_certificate_stands_on_some_screen() -> None:
    views = [*every_screen().values(), *outcome_screens(datetime.now(UTC)).values()]
    shown = [view.decision for view in views if view.decision and view.screen.value.startswith("result_")]
    # Withheld data read as not_registered on every screen but staff's.
    assert {reason for decision in shown for reason in decision.reasons} == set(Reason) - {Reason.INFORMATION_WITHHELD}
    assert {step for decision in shown for step in decision.next_steps} == set(NextStep)
    assert {paper for decision in shown for paper in decision.file} == set(Paper)
    assert {supplement for decision in shown for supplement in decision.also_bring} == set(Supplement)
    assert {decision.usable for decision in shown} == set(Usable)
    assert any(decision.usable_after and decision.also_bring for decision in shown)
    assert any(decision.usable_from and decision.usable is Usable.WITH_DECLARATION for decision in shown)
