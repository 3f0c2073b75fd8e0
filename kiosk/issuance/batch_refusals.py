"""Why a batch is not finished, each a type of its own, for those who say it in other words."""

from kiosk.issuance.order import OrderRefused

__all__ = ["BatchEnded", "NoSuchBatch", "PapersSpoilt", "PapersWithheld"]


class NoSuchBatch(OrderRefused):
    """There is no batch with this number."""


class BatchEnded(OrderRefused):
    """No order of the batch is open any more."""


class PapersSpoilt(OrderRefused):
    """Some papers that were made for the batch must not go out any more, so they have to be made again."""


class PapersWithheld(OrderRefused):
    """The data of somebody in the batch are withheld (自己情報提供不可) since the papers were made."""
