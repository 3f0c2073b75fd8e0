"""What can go wrong between the kiosk and ORCA, split by remedy. No text repeats what is known of a person."""

from __future__ import annotations

from kiosk.failures import Code

__all__ = ["OrcaBusy", "OrcaError", "OrcaRefused", "OrcaSaid", "OrcaSilent", "OrcaUnusable"]


class OrcaError(Exception):
    """A call to ORCA has no answer that may be used."""

    code = Code.ORCA_UNUSABLE


class OrcaSilent(OrcaError):
    """ORCA does not answer in time, or says that it cannot now. It is asked again."""

    code = Code.ORCA_SILENT


class OrcaRefused(OrcaError):
    """The connection is not as the settings say: password, certificate, address, department. A technician mends it."""

    code = Code.ORCA_REFUSED


class OrcaUnusable(OrcaError):
    """There is an answer, and it is not that of ORCA to this call."""


class OrcaBusy(OrcaSilent):
    """The patient is open on another screen of ORCA (Api_Result 90)."""


class OrcaSaid(OrcaError):
    """ORCA refuses this one call. ``result`` is its Api_Result."""

    def __init__(self, result: str) -> None:
        super().__init__(f"Api_Result {result}")
        self.result = result
