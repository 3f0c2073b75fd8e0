"""Offer the 模擬 panel: a small page and its API for putting invented people's cards on simulated readers.

`simulators.panel.official_reader` has the page of the simulated 顔認証付きカードリーダー, for those who simulate one.
"""

from simulators.panel.api import panel_router

__all__ = ["panel_router"]
