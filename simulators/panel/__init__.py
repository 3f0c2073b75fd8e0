"""Offer the 模擬 panel: a small page and its API for putting invented people's cards on simulated readers."""

from simulators.panel.api import panel_router
from simulators.panel.official_reader import official_reader_router

__all__ = ["official_reader_router", "panel_router"]
