"""Printing by CUPS: files are sent with `lp`, and each job is followed to its end.

No file is scaled: the papers are drawn in millimetres for pre-cut stock.
"""

from kiosk.printing.cups import Destination, PrintingError, PrintJob, send
from kiosk.printing.following import JobFollower, PrinterTrouble, PrintFailed, called_off
from kiosk.printing.queues import PrintingQueues, destination_of, queue_setting

__all__ = [
    "Destination",
    "JobFollower",
    "PrintFailed",
    "PrintJob",
    "PrinterTrouble",
    "PrintingError",
    "PrintingQueues",
    "called_off",
    "destination_of",
    "queue_setting",
    "send",
]
