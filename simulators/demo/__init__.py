"""Run the whole kiosk with a registry, roots and invented people in one folder, and visit it as people do."""

from simulators.demo.rounds import Hands, RoundResult, make_rounds
from simulators.demo.running import RunningKiosk
from simulators.demo.stage import Stage, StageError, set_stage

__all__ = ["Hands", "RoundResult", "RunningKiosk", "Stage", "StageError", "make_rounds", "set_stage"]
