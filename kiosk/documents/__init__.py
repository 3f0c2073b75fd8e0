"""The documents of the union: checked and fitted as data, drawn as HTML, printed as PDF, shown as pictures.

`notice_pdf` and `confirmation_pdf` make one PDF of many documents, `declaration_pdf` and `procedures_pdf` the papers
around them; the pictures are for screens. `BatchPrinter` makes the documents of a plan as files, and `PostPrinter` the
papers of the queue.
WeasyPrint and fontTools are imported when the first document is made.
"""

from kiosk.documents.addresses import GivenAddress
from kiosk.documents.batch import BatchPrinter, Printed
from kiosk.documents.batch_source import BatchSource, OpenOrders, PlanFile, RequestedDocument
from kiosk.documents.carrier import Carrier
from kiosk.documents.confirmation import ConfirmationOrder, validity_for
from kiosk.documents.errors import DocumentRefused, PapersLost, StationeryError
from kiosk.documents.fonts import is_writable, require_fonts, what_is_writable
from kiosk.documents.insurer import Insurer, insurer_from, insurer_of
from kiosk.documents.manifest import Manifest
from kiosk.documents.notice import Notice
from kiosk.documents.pages import PICTURE_CSS, check_document, confirmation_picture, notice_picture
from kiosk.documents.pdf import carrier_pdf, confirmation_pdf, declaration_pdf, notice_pdf, procedures_pdf
from kiosk.documents.post import PostPrinter
from kiosk.documents.procedures import THROUGH_EMPLOYER, Procedure, procedures
from kiosk.documents.shelf import FILES
from kiosk.documents.sorting import BadDocument, BatchRefused
from kiosk.documents.stationery import Offset, Stationery, insurer_for, stationery_for

__all__ = [
    "FILES",
    "PICTURE_CSS",
    "BadDocument",
    "BatchPrinter",
    "BatchRefused",
    "BatchSource",
    "Carrier",
    "ConfirmationOrder",
    "DocumentRefused",
    "GivenAddress",
    "Insurer",
    "Manifest",
    "Notice",
    "Offset",
    "OpenOrders",
    "PapersLost",
    "PlanFile",
    "PostPrinter",
    "Printed",
    "Procedure",
    "RequestedDocument",
    "Stationery",
    "StationeryError",
    "THROUGH_EMPLOYER",
    "carrier_pdf",
    "check_document",
    "confirmation_pdf",
    "confirmation_picture",
    "declaration_pdf",
    "insurer_for",
    "insurer_from",
    "insurer_of",
    "is_writable",
    "notice_pdf",
    "notice_picture",
    "procedures",
    "procedures_pdf",
    "require_fonts",
    "stationery_for",
    "validity_for",
    "what_is_writable",
]
