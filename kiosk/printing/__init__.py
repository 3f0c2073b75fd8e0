"""Printing by CUPS: files are sent with `lp`, and each job is followed to its end.

No file is scaled: the papers are drawn in millimetres for pre-cut stock.
"""

from kiosk.printing.cups import Destination, Job, PrintingError, send
from kiosk.printing.following import Following, PrintFailed, Trouble

__all__ = ["Destination", "Following", "Job", "PrintFailed", "PrintingError", "Trouble", "send"]
