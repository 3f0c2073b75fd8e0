"""Simulate ORCA (日医標準レセプトソフト): the calls of 日レセAPI that a connector needs, over real HTTP on loopback.

It is written from the public pages of the API alone and shares no code with the kiosk's own client: two readings keep
each other honest.
"""

from simulators.orca.answering import OrcaScenario, SimulatedReception
from simulators.orca.serving import SimulatedOrca

__all__ = ["OrcaScenario", "SimulatedReception", "SimulatedOrca"]
