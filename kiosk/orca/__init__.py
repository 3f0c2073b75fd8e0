"""ORCA (日医標準レセプトソフト): find the patient of a confirmed visit, compare the insurance, register the reception.

`Connector` hands finished visits over, in order and at least once, and blocks no visit; `Orca.check` is a technician's
test. It speaks 日レセAPI (xml2), and sends what it knows of a person to the configured ORCA alone.
"""

from kiosk.orca.client import OrcaAddress, OrcaClient
from kiosk.orca.comparing import InsuranceDifference
from kiosk.orca.connector import Coming, Connector, SourceUnavailable, StandingVisit, VisitSource
from kiosk.orca.errors import OrcaError, OrcaRefused, OrcaSilent, OrcaUnusable
from kiosk.orca.model import Arrival
from kiosk.orca.orca import Checked, Orca, Place
from kiosk.orca.outcomes import Handled, KeptOutcomes
from kiosk.orca.planning import Outcome, OutcomeKind

__all__ = [
    "Arrival",
    "Checked",
    "Coming",
    "Connector",
    "InsuranceDifference",
    "Handled",
    "KeptOutcomes",
    "Orca",
    "OrcaAddress",
    "OrcaClient",
    "OrcaError",
    "OrcaRefused",
    "OrcaSilent",
    "OrcaUnusable",
    "Outcome",
    "OutcomeKind",
    "Place",
    "VisitSource",
    "SourceUnavailable",
    "StandingVisit",
]
