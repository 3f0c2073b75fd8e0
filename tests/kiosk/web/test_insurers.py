"""Members of other insurers read that insurer's name, and never 「組合」 as if it were theirs."""

from __future__ import annotations

from dataclasses import replace

from kiosk.decision import Decision, Document, Purpose, Reason
from kiosk.reception import Reminder
from kiosk.web.farewell import farewell_of
from kiosk.web.insurers import FOR_ANOTHER
from kiosk.web.results import ResultView, result_of
from kiosk.web.screens import Screens
from tests.gallery.views import every_decision, result_view

SCREENS = Screens()
INSURER = "模擬電機保険<者>"


def without_issuance(decision: Decision) -> Decision:
    return replace(decision, issue=None, file=())


def said(result: ResultView) -> str:
    """Return every sentence of a result."""
    sentences = (result.heading, result.why, *result.steps, *result.later, *result.more_reasons, *result.more_steps)
    notes = tuple(note.phrase for note in result.notes)
    return "".join(str(SCREENS.say(one)) for one in (*sentences, *notes, *result.hints, *result.ways))


def test_no_result_speaks_of_the_union() -> None:
    for decision in every_decision():
        for purpose in Purpose:
            made = result_of(without_issuance(decision), purpose=purpose, insurer_name=INSURER)
            assert "組合" not in said(made), decision.reasons


def test_the_name_of_an_insurer_is_no_markup() -> None:
    html = Screens().main(result_view(_ended(), insurer_name=INSURER))
    assert "模擬電機保険&lt;者&gt;</span>の資格は、もう終わっています。" in html
    assert "<者>" not in html


def _ended() -> Decision:
    return next(one for one in every_decision() if one.reasons == (Reason.INSURANCE_ENDED,))


def test_no_farewell_speaks_of_the_union_or_names_an_insurer() -> None:
    for decision in every_decision():
        reminder = Reminder.of(without_issuance(decision), Purpose.VISIT, of_another_insurer=True)
        content = farewell_of(reminder)
        assert "組合" not in str(SCREENS.say(content.heading)) + str(SCREENS.say(content.step))


def test_our_own_members_read_of_the_union() -> None:
    assert any("組合" in said(result_of(decision)) for decision in every_decision())


def test_every_sentence_for_another_insurer_says_what_the_union_says() -> None:
    assert all("組合" in ours or "届出" in ours for ours in FOR_ANOTHER)
    assert not any("組合" in theirs for theirs in FOR_ANOTHER.values())


def test_the_colour_of_our_confirmation_is_not_that_of_others() -> None:
    decision = next(one for one in every_decision() if one.applies is Document.CONFIRMATION and one.present)
    assert [picture.hint for picture in result_of(decision).pictures] != [""]
    assert [picture.hint for picture in result_of(decision, insurer_name=INSURER).pictures][0] == ""
