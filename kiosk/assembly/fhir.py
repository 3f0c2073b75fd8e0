"""What answers programs that speak FHIR, from the settings."""

from __future__ import annotations

from kiosk.documents import StationeryError, insurer_for
from kiosk.fhir import ResourceForm
from kiosk.reception import ProgramDesk
from kiosk.settings import Settings
from kiosk.web.fhir import Fhir

__all__ = ["fhir_of"]


def fhir_of(settings: Settings, programs: ProgramDesk) -> Fhir:
    """Return what answers programs about the people whom this kiosk knows."""
    form = ResourceForm(settings.fhir.payer_system, settings.fhir.full_width, settings.insurer_number, _name(settings))
    return Fhir(programs, form)


def _name(settings: Settings) -> str | None:
    """Return 保険者名称; None where nobody has written the insurer's particulars down, which FHIR does not need."""
    try:
        return insurer_for(settings).name
    except StationeryError:
        return None
