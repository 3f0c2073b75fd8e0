"""The eligibility kiosk: who stands here, what may be claimed of them, and which document applies."""

from datetime import UTC, datetime

__version__ = "0.1.0"

RELEASED = datetime(2026, 11, 22, tzinfo=UTC)
"""When this version was made: a clock that says less is wrong."""
