"""The eligibility kiosk: who stands here, what may be claimed of them, and which document applies."""

from datetime import UTC, datetime

__version__ = "0.1.0"

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""Before this program was thought of: a clock that says less is wrong."""
