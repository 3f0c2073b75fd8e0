"""Screens as HTML: a function of the view alone."""

import re
from dataclasses import replace
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any, Final, get_args

import pytest

import kiosk.web
from kiosk.decision import CardToday, Decision, LifeEvent, NextStep, Purpose, Reason, decide
from kiosk.failures import FAILURES, Code, Failure
from kiosk.identity import Level
from kiosk.reception import CallShown, Reminder, Screen, StateName, View
from kiosk.reception.actions import VisitorAction
from kiosk.web.farewell import farewell_of
from kiosk.web.result_texts import FAREWELL_STEPS, FAREWELL_STEPS_AT_UNION_OFFICE
from kiosk.web.results import result_of
from kiosk.web.screens import Screens
from kiosk.web.texts import CALLS

SCREENS: Final = Screens()
"""Those of a clinic. They keep nothing of a view, so that each template is compiled once."""


def text_of(html: str) -> str:
    """Return what is read, without any white space."""
    return re.sub(r"\s", "", re.sub(r"<[^>]+>", "", html))


def test_there_is_a_view_for_every_screen(every_screen: dict[str, View]) -> None:
    assert {view.screen for view in every_screen.values()} == set(Screen)


def test_each_screen_says_which_it_is(screen_view: View) -> None:
    html = SCREENS.main(screen_view)
    opening = re.match(r"<main [^>]+>", html.strip())
    assert opening is not None
    assert f'data-screen="{screen_view.screen.value}"' in opening[0]
    assert f'data-state="{screen_view.state.value}"' in opening[0]
    assert f'data-sequence="{screen_view.sequence}"' in opening[0]


def test_each_screen_has_one_heading(screen_view: View) -> None:
    html = SCREENS.main(screen_view)
    assert len(re.findall(r"<h[1-6]", html)) == 1


def test_no_screen_has_a_field_or_anything_inline(screen_view: View) -> None:
    html = SCREENS.page(screen_view)
    assert not re.search(r"<(input|form|style|textarea|select)\b", html)
    assert not re.search(r'\s(style|on\w+)="', html)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", html) == ["", ""]


def test_every_screen_of_a_simulation_says_so(screen_view: View) -> None:
    assert "模擬" in text_of(SCREENS.main(replace(screen_view, simulation=True)))
    assert "模擬" not in text_of(SCREENS.main(replace(screen_view, simulation=False)))


def test_no_placeholder_is_left_open(screen_view: View) -> None:
    assert not re.search(r"[{}]", text_of(SCREENS.main(screen_view)))


@pytest.mark.parametrize(("profile", "desk", "other"), [("clinic", "受付", "窓口"), ("union_office", "窓口", "受付")])
def test_the_desk_has_the_word_of_the_place(a_view: Any, profile: str, desk: str, other: str) -> None:
    html = text_of(Screens(profile=profile).main(a_view(Screen.STAFF_CHECK, StateName.STAFF)))
    assert f"{desk}の係員" in html
    assert f"{other}の係員" not in html


@pytest.mark.parametrize("code", Code)
def test_every_failure_has_heading_reason_steps_and_code(failure_view: Any, code: Code) -> None:
    html = text_of(SCREENS.main(failure_view(code)))
    text = FAILURES[code]
    for part in (text.heading, text.why, *text.steps, code.value):
        assert part.format(desk="受付") in html


@pytest.mark.parametrize("code", [Code.ORDER_REFUSED, Code.ORDER_UNSURE])
def test_a_document_that_could_not_be_asked_for_says_why_and_its_code(
    every_screen: dict[str, View], code: Code
) -> None:
    (view,) = (view for view in every_screen.values() if view.browsing.failure == Failure(code))
    html = text_of(Screens(profile="union_office").main(view))
    for part in (FAILURES[code].why, *FAILURES[code].steps, code.value):
        assert part.format(desk="窓口") in html


def test_every_decision_shows_heading_reason_and_steps(every_decision: tuple[Decision, ...], result_view: Any) -> None:
    screens = SCREENS
    for decision in every_decision:
        view = result_view(decision)
        html = text_of(screens.main(view))
        result = result_of(decision, purpose=view.purpose)
        for part in (result.heading, result.why, *result.more_reasons, *result.steps, *result.more_steps):
            assert text_of(str(screens.say(part))) in html


@pytest.mark.parametrize(
    ("level", "badge"),
    [
        (Level.CONFIRMED, "本人確認済み（暗証番号）"),
        (Level.STAFF_CONFIRMED, "本人確認済み（目視）"),
        (Level.OFFICIAL_READER, "本人確認済み（顔認証付きカードリーダー）"),
    ],
)
def test_a_result_says_how_the_person_was_identified(
    result_view: Any, working: Decision, level: Level, badge: str
) -> None:
    assert badge in text_of(SCREENS.main(result_view(working, level=level)))


def test_a_card_that_was_only_read_is_never_called_本人確認済み(result_view: Any, working: Decision) -> None:
    assert "本人確認済み" not in text_of(SCREENS.main(result_view(working, level=Level.PRESENTED, masked_name="")))


def test_a_result_can_be_asked_for_each_other_purpose(result_view: Any, working: Decision) -> None:
    html = SCREENS.main(result_view(working, purpose=Purpose.BENEFIT_CLAIM))
    assert re.findall(r'data-purpose="(\w+)" aria-pressed="(\w+)"', html) == [
        ("visit", "false"),
        ("benefit_claim", "true"),
        ("health_program", "false"),
    ]


def test_asking_whether_to_go_on_shows_nothing_of_the_result(result_view: Any, working: Decision) -> None:
    view = replace(result_view(working), screen=Screen.STILL_THERE)
    html = text_of(SCREENS.main(view))
    assert "ト＊＊" not in html
    assert "マイナ保険証" not in html


def test_the_farewell_is_nameless(a_view: Any, working: Decision) -> None:
    view = a_view(Screen.FAREWELL, StateName.FAREWELL, farewell=Reminder.of(working, Purpose.VISIT))
    html = text_of(SCREENS.main(view))
    assert "マイナ保険証" in html
    assert "様" not in html


def test_the_farewell_says_the_very_answer_of_the_screen_before(
    a_view: Any, every_decision: tuple[Decision, ...]
) -> None:
    screens = SCREENS
    applying = (decision for decision in every_decision if decision.applies)
    for decision, purpose in zip(applying, cycle(Purpose), strict=False):  # of each pair of them: a third
        result = result_of(decision, purpose=purpose)
        view = a_view(Screen.FAREWELL, StateName.FAREWELL, farewell=Reminder.of(decision, purpose))
        html = screens.main(view)
        assert screens.say(result.heading) in text_of(html)
        assert result.pictures
        assert all(f"img/{picture.file}.svg" in html for picture in result.pictures)
        crosses = [note.phrase.text for note in result.notes if note.mark == "no"]
        if Reason.NOTICE_NOT_ENOUGH not in decision.reasons:  # that is of a paper that is not shown
            assert all(cross in text_of(html) for cross in crosses)


def test_the_farewell_begins_where_the_steps_of_the_screen_before_began(every_decision: tuple[Decision, ...]) -> None:
    for decision in every_decision:
        for at_union_office, shorter in ((False, FAREWELL_STEPS), (True, FAREWELL_STEPS_AT_UNION_OFFICE)):
            first = result_of(decision, at_union_office=at_union_office).steps[0].text
            said = farewell_of(Reminder.of(decision, Purpose.VISIT), at_union_office=at_union_office).step
            assert first == said or said in shorter.values()


def test_the_farewell_names_no_document_to_whom_none_of_this_insurer_applies(a_view: Any, facts: Any) -> None:
    ended = decide(facts(lost_on=date(2026, 10, 1)))
    html = SCREENS.main(a_view(Screen.FAREWELL, StateName.FAREWELL, farewell=Reminder.of(ended, Purpose.VISIT)))
    assert "img/document-other" in html and "img/document-card" not in html
    assert "終わって" not in html


@pytest.mark.parametrize("profile", ["clinic", "union_office"])
@pytest.mark.parametrize("step", NextStep)
def test_the_farewell_says_what_to_do_first_and_asks_for_no_card_that_was_taken(
    a_view: Any, facts: Any, profile: str, step: NextStep
) -> None:
    ended = Reminder.of(replace(decide(facts(lost_on=date(2026, 10, 1))), next_steps=(step,)), Purpose.VISIT)
    view = a_view(Screen.FAREWELL, StateName.FAREWELL, farewell=ended)
    html = Screens(profile=profile).main(view)
    assert html.count("steps__item") == 1
    assert "カードをお取り" not in html


def test_what_comes_from_the_register_is_escaped(result_view: Any, working: Decision) -> None:
    html = SCREENS.main(result_view(working, masked_name="<script>＊＊ 様"))
    assert "<script>＊＊" not in html
    assert "&lt;script&gt;＊＊" in html


@pytest.mark.parametrize(("tries", "warned"), [(3, False), (None, False), (2, True)])
def test_a_missed_entry_says_how_many_are_left(a_view: Any, tries: int | None, warned: bool) -> None:
    html = text_of(SCREENS.main(a_view(Screen.PIN, StateName.PIN, tries_left=tries)))
    assert ("あと2回まちがえると" in html) is warned


def test_the_key_pad_has_ten_digits_and_three_keys(a_view: Any) -> None:
    html = SCREENS.main(a_view(Screen.PIN, StateName.PIN))
    keys = re.findall(r'data-key="(\w+)"', html)
    assert keys == [*"1234567890", "back", "clear", "enter"]


_ENDED = {StateName.IDLE, StateName.OUT_OF_SERVICE, StateName.TAKE_CARD, StateName.FAREWELL}
_AT_WORK = {StateName.READING, StateName.CHECKING}
_CALLED = "お近くの係員に、お声がけください。"
_SAID = {CallShown.CALLED: "係員をよびました。このままお待ちください。", CallShown.NOBODY: _CALLED}


def actions_in(html: str) -> list[str]:
    return re.findall(r'data-action="(\w+)"', html)


def test_help_is_the_first_button_at_the_foot_of_every_screen(screen_view: View) -> None:
    html = SCREENS.main(replace(screen_view, call=CallShown.NONE))
    foot = html[html.index("<footer") :]
    assert actions_in(foot)[:1] == ["staff"]
    assert actions_in(html).count("staff") == 1
    assert 'class="called' not in html


def test_every_screen_of_a_visit_can_be_ended_but_while_the_kiosk_itself_works(screen_view: View) -> None:
    ends = actions_in(SCREENS.main(screen_view)).count("finish")
    asks_another = screen_view.screen is Screen.ASKING_TERMINAL
    assert ends == (screen_view.state not in _ENDED | _AT_WORK or asks_another)


@pytest.mark.parametrize("call", [CallShown.CALLED, CallShown.NOBODY])
def test_once_called_a_remark_stands_where_the_button_was(screen_view: View, call: CallShown) -> None:
    html = SCREENS.main(replace(screen_view, call=call))
    said = f'<p class="called" data-said>{_SAID[call]}</p>' in html
    asked = screen_view.screen in {Screen.PIN, Screen.PIN_WRONG}
    assert said is (screen_view.screen is not Screen.STAFF_CHECK and not asked)
    assert ("staff" in actions_in(html)) is asked


def test_once_staff_are_on_the_way_the_screen_says_so_and_they_can_be_called_again(screen_view: View) -> None:
    html = SCREENS.main(replace(screen_view, call=CallShown.ANSWERED))
    asked = screen_view.screen in {Screen.PIN, Screen.PIN_WRONG}
    assert ("係員がまいります" in html) is not asked
    assert actions_in(html).count("staff") == 1


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("state", [StateName.FAILURE, StateName.OUT_OF_SERVICE])
def test_a_failure_keeps_its_text_and_code_when_staff_is_called(
    failure_view: Any, code: Code, state: StateName
) -> None:
    html = text_of(SCREENS.main(replace(failure_view(code), state=state, call=CallShown.NOBODY)))
    text = FAILURES[code]
    for part in (text.heading, text.why, *text.steps, code.value, _CALLED):
        assert part.format(desk="受付") in html


def test_out_of_service_offers_help_and_nothing_else(a_view: Any) -> None:
    down = a_view(Screen.READER_TROUBLE, StateName.OUT_OF_SERVICE, failure=Failure(Code.NO_READER))
    html = SCREENS.main(down)
    assert actions_in(html[html.index("<footer") : html.index("</footer")]) == ["staff", "open_aids"]
    own_sheets = {"aids", "close", "listen", "repeat", "pause", "louder", "softer", "silence", "languages", "language"}
    assert {*actions_in(html)} == {"staff", "open_aids"} | own_sheets


@pytest.mark.parametrize("level", [Level.PRESENTED, None])
def test_who_waits_for_staff_is_asked_to_speak_to_the_desk_if_nobody_there_can_know(
    a_view: Any, level: Level | None
) -> None:
    html = text_of(SCREENS.main(a_view(Screen.STAFF_CHECK, StateName.STAFF, level=level, call=CallShown.NOBODY)))
    assert "受付の係員に声をかけてください" in html
    assert not re.search("お待ち|よびました|まいります", html)


@pytest.mark.parametrize("level", [Level.PRESENTED, None])
@pytest.mark.parametrize(
    ("call", "heading"),
    [
        (CallShown.CALLED, "係員をよびました。このままお待ちください"),
        (CallShown.ANSWERED, "係員がまいります"),
    ],
)
def test_who_waits_for_staff_that_know_of_it_has_to_speak_to_nobody(
    a_view: Any, level: Level | None, call: CallShown, heading: str
) -> None:
    html = SCREENS.main(a_view(Screen.STAFF_CHECK, StateName.STAFF, level=level, call=call))
    assert re.search(rf"<h1[^>]*>{heading}</h1>", html)
    assert not re.search("声をかけて|頼んで", html)


@pytest.mark.parametrize("call", [CallShown.CALLED, CallShown.ANSWERED])
def test_a_card_without_a_number_keeps_its_heading_and_says_beside_it_that_staff_come(
    a_view: Any, call: CallShown
) -> None:
    failure = Failure(Code.CARD_WITHOUT_PIN)
    view = a_view(Screen.STAFF_CHECK, StateName.STAFF, level=Level.PRESENTED, failure=failure, call=call)
    html = text_of(SCREENS.main(view))
    assert failure.text.heading in html and CALLS[call] in html


def test_a_card_without_a_number_says_so_while_it_waits_for_staff(a_view: Any) -> None:
    failure = Failure(Code.CARD_WITHOUT_PIN)
    view = a_view(Screen.STAFF_CHECK, StateName.STAFF, level=Level.PRESENTED, failure=failure)
    html = text_of(SCREENS.main(view))
    for part in (failure.text.heading, failure.text.why, "C-14"):
        assert part in html
    assert "key" not in actions_in(SCREENS.main(view))


@pytest.mark.parametrize("unchecked", [True, False])
def test_staff_are_told_that_a_card_could_not_be_checked_before(screen_view: View, unchecked: bool) -> None:
    html = text_of(SCREENS.main(replace(screen_view, unchecked_before_pin=unchecked)))
    said = "係員用の表示：このカードの電子証明書は、暗証番号の入力後に確認します。" in html
    # A result, what is asked for it and what opens from it are shown only once the card has been checked, and the
    # pages for anybody without one.
    assert said is (unchecked and screen_view.state not in {StateName.RESULT, StateName.INFORMATION})


def test_every_button_names_its_action_and_every_digit_its_key(screen_view: View) -> None:
    for button in re.findall(r"<button[^>]*>", SCREENS.page(screen_view)):
        assert re.search(r'data-action="\w+"|data-key="\d"', button)


def test_the_panel_is_in_the_page_only_where_one_is_mounted(a_view: Any) -> None:
    assert "<iframe" in Screens(panel=True).page(a_view())
    assert "<iframe" not in SCREENS.page(a_view())


def test_a_card_that_cannot_be_read_leads_to_phone_and_notice_first_and_then_to_staff(failure_view: Any) -> None:
    html = SCREENS.main(failure_view(Code.CARD_UNREADABLE))
    text = text_of(html)
    assert 'data-action="guide"' in html
    assert -1 < text.index("スマートフォンや資格情報通知書") < text.index("受付の係員に声を")


def test_a_procedure_says_what_goes_with_the_papers(every_screen: dict[str, View]) -> None:
    pages = [view for view in every_screen.values() if view.screen is Screen.PROCEDURE]
    texts = [text_of(Screens(profile="union_office").main(view)) for view in pages]
    assert {view.browsing.event for view in pages} == set(LifeEvent)
    assert all(("組合員加入届、被保険者資格取得届" in text) == ("住民票など" in text) for text in texts)


def test_no_line_of_a_heading_begins_with_the_particle_behind_a_name(a_view: Any, facts: Any) -> None:
    decision = decide(facts(card_today=CardToday.UNREADABLE, notice_held=True))
    shown = a_view(Screen.RESULT_NOTICE, StateName.RESULT, decision=decision)
    after = a_view(Screen.FAREWELL, StateName.FAREWELL, farewell=Reminder.of(decision, Purpose.VISIT))
    for view in (shown, after):
        heading = re.findall("<h1[^>]*>(.*?)</h1>", SCREENS.main(view))[0]
        assert re.sub('<span class="list">(.*?)</span>', r"\1", heading) == (
            '「マイナ保険証<span class="particle">」と</span>「資格情報通知書<span class="particle">」を</span>、'
            "受付でお見せください"
        )


def test_the_page_sends_every_action_that_a_visitor_may_take() -> None:
    script = (Path(kiosk.web.__file__).parent / "static/kiosk.js").read_text("utf-8")
    sent = re.search(r"const SENT = new Set\([^\[]*\[([^\]]*)\]", script)
    assert sent
    actions = {get_args(one.model_fields["action"].annotation)[0] for one in get_args(VisitorAction)}
    assert set(re.findall(r"\w+", sent[1])) == actions - {"pin"}
