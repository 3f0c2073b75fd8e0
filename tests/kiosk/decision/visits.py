"""People and days of section 3: a valid paper, an old card, a membership that is not linked yet."""

VALID = ("2026-04-01", "2031-03-31")
OLD_CARD = {
    "on": "2025-11-25",
    "acquired_on": "2020-04-01",
    "filed_on": None,
    "linked_on": "2020-04-06",
    "legacy_card_until": "2025-12-01",
}
"""A Tuesday on which an old card is still valid."""
OLD_CARD_NOT_LINKED = OLD_CARD | {"filed_on": "2025-11-20", "linked_on": "2025-11-27"}
NOT_LINKED = {"linked_on": None, "acquired_on": "2026-11-01", "filed_on": "2026-11-18"}
"""The filing came on a Wednesday: Thursday and Friday, then Tuesday 24 and Wednesday 25 November."""
WINDOW = {"earliest": "2026-11-24", "latest": "2026-11-25"}
