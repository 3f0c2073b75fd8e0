"""The documents of the union: checked and fitted as data, drawn as HTML, printed as PDF, shown as pictures.

`notice_pdf` and `confirmation_pdf` make one PDF of many documents, `declaration_pdf` and `procedures_pdf` the papers
around them; the pictures are for screens. `BatchPrinter` makes the documents of a plan or of the queue as files.
WeasyPrint and fontTools are imported when the first document is made.
"""

from kiosk.documents.addresses import GivenAddress
from kiosk.documents.batch import BadDocument, BatchPrinter, BatchRefused, Printed
from kiosk.documents.batch_source import BatchSource, OpenOrders, PlanFile, RequestedDocument
from kiosk.documents.confirmation import ConfirmationOrder, validity_for
from kiosk.documents.errors import DocumentRefused, StationeryError
from kiosk.documents.fonts import is_writable, require_fonts, what_is_writable
from kiosk.documents.insurer import Insurer, insurer_from, insurer_of
from kiosk.documents.notice import Notice
from kiosk.documents.pages import PICTURE_CSS, check_document, confirmation_picture, notice_picture
from kiosk.documents.pdf import confirmation_pdf, declaration_pdf, notice_pdf, procedures_pdf
from kiosk.documents.procedures import THROUGH_EMPLOYER, Procedure, procedures
from kiosk.documents.stationery import Offset, Stationery, insurer_for, stationery_for

__all__ = [
    "PICTURE_CSS",
    "BadDocument",
    "BatchPrinter",
    "BatchRefused",
    "BatchSource",
    "ConfirmationOrder",
    "DocumentRefused",
    "GivenAddress",
    "Insurer",
    "Notice",
    "Offset",
    "OpenOrders",
    "PlanFile",
    "Printed",
    "Procedure",
    "RequestedDocument",
    "Stationery",
    "StationeryError",
    "THROUGH_EMPLOYER",
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
