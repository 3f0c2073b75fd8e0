"""What a file would do is refused as a whole: too large a change, older data, or another change than was previewed."""

from datetime import date

from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.import_report import ImportReport

__all__ = ["ChangeRefused", "LargeChange", "NotAsPreviewed", "OlderFile"]


class ChangeRefused(DataRefused):
    """What a file would do is refused as a whole, so nothing was imported.

    Attributes:
        report: what the file would have done.

    """

    def __init__(self, message: str, report: ImportReport) -> None:
        super().__init__(message)
        self.report = report


class LargeChange(ChangeRefused):
    """A file changes more members than `import.most_changed` allows."""

    def __init__(self, changed: int, members: int, most: int, report: ImportReport) -> None:
        super().__init__(
            f"changes, ends or leaves out {changed:,} of {members:,} members, more than {most} %"
            " (import.most_changed), and nothing was imported; if the file is right, use --allow-large-change",
            report,
        )


class OlderFile(ChangeRefused):
    """A file holds from an earlier day than one of its kind that was taken already."""

    def __init__(self, day: date, newer: int, newer_day: date, report: ImportReport) -> None:
        super().__init__(
            f"holds from {day}, and file {newer} of the same kind from {newer_day}, and nothing was imported;"
            " if the older data shall replace the newer, use --allow-older",
            report,
        )


class NotAsPreviewed(ChangeRefused):
    """A file would do something else than its preview has said, since the register has changed."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__("the register has changed since the preview, and nothing was imported", report)
