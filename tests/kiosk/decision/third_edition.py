"""Facts that the third edition of the specification brought, for the tests of it."""

from kiosk.decision import Policy, parse_policy

WITHHELD = {"information_withheld": True}
UNKNOWN = {"registration": "unknown"}
NEW = UNKNOWN | {"acquired_on": "2026-11-02", "filed_on": "2026-11-02", "linked_on": "2026-11-06"}
"""A new member of whose 利用登録 the state's data say nothing yet."""
PHONE = {"phone_card": True}
IN_FULL = {"pays_in_full": True}
EXPIRED = {"certificate": "expired", "certificate_expired_on": "2026-07-31"}
IN_GRACE = {"certificate": "expired", "certificate_expired_on": "2026-10-31"}
CLAIM = {"purpose": "benefit_claim"}
NO_CARD = {"card": "never_issued", "registration": "unregistered"}


def policy(**values: object) -> Policy:
    return parse_policy(values)
