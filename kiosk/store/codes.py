"""Codes that the database keeps beside those of the decision."""

from enum import StrEnum


class Sex(StrEnum):
    """性別 as the insurer filed it."""

    MALE = "male"
    FEMALE = "female"
    UNSET = "unset"


class Relationship(StrEnum):
    """本人・家族区分: the insured person or a dependant."""

    SELF = "self"
    FAMILY = "family"


class OrderState(StrEnum):
    """The state of an order for a document."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Pile(StrEnum):
    """Which pile a batch of papers is: for the post, or set aside until it is agreed where each paper goes."""

    POST = "post"
    ASIDE = "aside"
