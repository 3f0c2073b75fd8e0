"""What the staff page shows of the kiosk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.eligibility import CallKind, KioskSeen
from kiosk.failures import Failure
from kiosk.orca import StandingVisit
from kiosk.reception.desk.happenings import VisitOutcome
from kiosk.reception.desk.late_answers import LateAnswer
from kiosk.reception.readers import DriverState
from kiosk.reception.screens import Alert
from kiosk.reception.view import View
from kiosk.reception.visit.states import StateName

__all__ = ["DeskPicture"]


@dataclass(frozen=True, slots=True)
class DeskPicture:
    """What the staff page shows of the kiosk; of the visitor no more than the visitor's own screen.

    ``since`` is when the present state began, ``called_at`` when a call came that is not answered yet.
    ``may_confirm``: a 目視確認 would be taken now. ``may_bind``: a genuine card lies there that staff may bind.
    ``may_end``: the visit can be ended from the desk; ``in_the_midst``: its visitor is still busy with it.
    ``now`` is the clock by which ``since`` and ``called_at`` were written down.
    ``reasons``: why no visit can be served.
    ``troubles``: what is wrong, with a reader or a safeguard, although visits go on.
    ``orca``: what became of the latest visits at ORCA, the newest first; None where the kiosk has none.
    ``elsewhere``: the other kiosks of the register at which somebody calls for staff.
    ``late``: answers of the 資格確認端末 that came after their visits and that staff have not seen.
    """

    view: View
    since: datetime
    called_at: datetime | None
    may_confirm: bool
    may_bind: bool
    out_of_use: bool
    drivers: tuple[DriverState, ...]
    troubles: tuple[Failure, ...]
    recent: tuple[VisitOutcome, ...]
    may_end: bool = False
    in_the_midst: bool = False
    now: datetime | None = None
    late: tuple[LateAnswer, ...] = ()
    orca: tuple[StandingVisit, ...] | None = None
    elsewhere: tuple[KioskSeen, ...] = ()
    reasons: tuple[Failure, ...] = ()

    @property
    def call(self) -> CallKind | None:
        """Who waits for staff at the kiosk; None if nobody does."""
        if self.view.state is StateName.STAFF:
            return CallKind.VISUAL_CHECK
        if self.called_at is not None:
            return CallKind.CHOICE if self.view.to_choose else CallKind.VISITOR
        return CallKind.CARD_LEFT if self.view.alert is Alert.CARD_LEFT_BEHIND else None
