"""The eligibility kiosk: who stands here, what may be claimed of them, and which document applies."""

__version__ = "0.1.0"
