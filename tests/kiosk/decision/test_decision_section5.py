"""Section 5: the next steps. A test a step: the cases it stands in and those it does not; then the order."""

import pytest

VALID = ("2026-04-01", "2031-03-31")
GRACE = {"certificate": "expired", "certificate_expired_on": "2026-11-01"}
EXPIRED = {"certificate": "expired", "certificate_expired_on": "2026-07-31"}
UNREGISTERED = {"registration": "unregistered"}
NOT_LINKED = {"linked_on": None, "acquired_on": "2026-11-01", "filed_on": "2026-11-18"}
OLD_CARD = {"on": "2025-11-25", "acquired_on": "2020-04-01", "filed_on": None, "linked_on": "2020-04-06"}
PAPER = {"confirmation_held": {"valid_from": VALID[0], "valid_until": VALID[1]}}
CLAIM = {"purpose": "benefit_claim"}

STEPS = {
    "take_card_and_wait": (
        [{}, GRACE],
        [{"card_today": "unreadable"}, {"card_today": "not_here"}, NOT_LINKED, CLAIM, {"card": "lost"}],
    ),
    "register_card": (
        [
            UNREGISTERED,
            UNREGISTERED | CLAIM,
            UNREGISTERED | {"card_today": "not_here"},
            UNREGISTERED | {"card_today": "unreadable"},
            UNREGISTERED | NOT_LINKED,
            UNREGISTERED | {"certificate": "unknown"},
            {"registration": "cancelled"},
        ],
        [{}, UNREGISTERED | {"card": "lost"}, UNREGISTERED | GRACE, UNREGISTERED | {"certificate": "revoked"}],
    ),
    "show_smartphone_screen": (
        [{"card_today": "unreadable", "smartphone": True}],
        [{"smartphone": True}, CLAIM | {"smartphone": True}],
    ),
    "show_notice_with_card": (
        [{"card_today": "unreadable", "notice_held": True}, NOT_LINKED | {"notice_held": True}],
        [{"notice_held": True}, CLAIM | {"notice_held": True}],
    ),
    "show_notice": ([CLAIM | {"notice_held": True}], [{"notice_held": True}, NOT_LINKED | {"notice_held": True}]),
    "view_mynaportal": ([CLAIM | {"smartphone": True}], [{"smartphone": True, "card_today": "unreadable"}]),
    "show_confirmation": ([CLAIM | PAPER, PAPER | {"card": "lost"}], [PAPER, {"card": "lost"}]),
    "show_old_card": (
        [OLD_CARD | {"legacy_card_until": "2025-12-01", "card": "lost"}],
        [{"legacy_card_until": "2025-12-01", "card": "lost"}],
    ),
    "declare_eligibility": (
        [{"card_today": "unreadable"}, NOT_LINKED],
        [{}, {"card_today": "not_here"}, {"card": "lost"}, CLAIM],
    ),
    "bring_card": (
        [
            {"card_today": "not_here"},
            {"card_today": "not_here"} | PAPER,
            {"card_today": "not_here"} | UNREGISTERED,
            {"card_today": "not_here"} | NOT_LINKED,
        ],
        [
            {"card_today": "not_here"} | CLAIM,
            {"card_today": "not_here"} | EXPIRED,
            {"card_today": "not_here"} | UNREGISTERED | EXPIRED,
            {"card_today": "not_here", "certificate": "revoked"},
            {"card_today": "not_here", "card": "lost"} | UNREGISTERED,
            UNREGISTERED,
            {"card_today": "unreadable"},
        ],
    ),
    "bring_supplements": (
        [PAPER | {"card": "lost", "needs": ["high_cost"]}],
        [{"needs": ["high_cost"]}, PAPER | {"card": "lost"}, CLAIM | PAPER | {"needs": ["high_cost"]}],
    ),
    "wait_for_linkage": (
        [NOT_LINKED, NOT_LINKED | {"card_today": "not_here"}, NOT_LINKED | {"my_number_reported": False}],
        [{}, NOT_LINKED | CLAIM, NOT_LINKED | {"card": "lost"}],
    ),
    "report_my_number": (
        [NOT_LINKED | {"my_number_reported": False}],
        [NOT_LINKED, {"my_number_reported": False}, NOT_LINKED | {"my_number_reported": False} | UNREGISTERED],
    ),
    "file_papers": (
        [{"event": "renamed"}, {"event": "card_lost"}, {"card": "returned"}, {"event": "enrolled", "filed_on": None}],
        [{}, {"event": "enrolled"}, {"event": "certificate_expired"}, {"card": "never_issued"}],
    ),
    "await_confirmation": (
        [UNREGISTERED, GRACE, {"event": "confirmation_lost"}, CLAIM | {"card": "lost"}],
        [{}, {"event": "enrolled"}, PAPER | {"card": "lost"}],
    ),
    "renew_certificate": (
        [GRACE, EXPIRED, {"certificate": "revoked"}, CLAIM | GRACE],
        [{}, {"certificate": "unknown"}, GRACE | {"card": "lost"}],
    ),
    "ask_for_notice": ([CLAIM], [{}, {"card_today": "not_here"}, CLAIM | {"card": "lost"}, CLAIM | PAPER]),
    "ask_staff": (
        [{"card_today": "not_here"}, {"card": "lost"}, CLAIM | {"card": "lost"}],
        [{}, CLAIM, {"card_today": "unreadable"}, PAPER | {"card": "lost"}],
    ),
    "contact_union": (
        [NOT_LINKED | {"filed_on": None}, NOT_LINKED | {"filed_on": "2026-11-02"}],
        [NOT_LINKED, {"filed_on": None}, NOT_LINKED | {"filed_on": None} | CLAIM],
    ),
    "ask_new_insurer": ([{"lost_on": "2026-11-24"}, {"birth_date": "1951-11-24"}], [{}, {"acquired_on": "2026-11-25"}]),
}


@pytest.mark.parametrize(
    ("step", "changes"), [(step, changes) for step, (cases, _) in STEPS.items() for changes in cases]
)
def test_a_step_stands_where_its_condition_holds(decided, step, changes):
    assert step in decided(**changes)["next_steps"]


@pytest.mark.parametrize(
    ("step", "changes"), [(step, changes) for step, (_, cases) in STEPS.items() for changes in cases]
)
def test_and_nowhere_else(decided, step, changes):
    assert step not in decided(**changes)["next_steps"]


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        (
            {"card_today": "not_here", "needs": ["high_cost"], "event": "registration_cancelled"}
            | {"registration": "cancelled", "linked_on": "2026-12-01"}
            | {"confirmation_held": {"valid_from": "2026-04-01", "valid_until": "2026-12-01"}},
            [
                "register_card",
                "show_confirmation",
                "bring_card",
                "bring_supplements",
                "file_papers",
                "await_confirmation",
            ],
        ),
        (
            NOT_LINKED
            | GRACE
            | {"my_number_reported": False, "card_today": "not_here", "event": "enrolled", "filed_on": None},
            [
                "bring_card",
                "wait_for_linkage",
                "report_my_number",
                "file_papers",
                "await_confirmation",
                "renew_certificate",
                "ask_staff",
            ],
        ),
        (
            NOT_LINKED | {"filed_on": None, "needs": ["high_cost"], "notice_held": True, "event": "confirmation_lost"},
            [
                "show_notice_with_card",
                "bring_supplements",
                "wait_for_linkage",
                "file_papers",
                "await_confirmation",
                "contact_union",
            ],
        ),
        (
            CLAIM | UNREGISTERED | {"event": "card_lost"},
            ["file_papers", "await_confirmation", "ask_staff"],
        ),
        (
            CLAIM | GRACE | {"event": "renamed"},
            ["file_papers", "await_confirmation", "renew_certificate", "ask_for_notice"],
        ),
        (
            NOT_LINKED | {"filed_on": None, "card_today": "not_here"},
            ["bring_card", "wait_for_linkage", "ask_staff", "contact_union"],
        ),
    ],
)
def test_they_come_in_the_order_of_the_list(decided, changes, steps):
    assert decided(**changes)["next_steps"] == steps
