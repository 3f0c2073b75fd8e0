"""Presence receipts (在席の証明): a signed statement that a member was at a kiosk, how that was proved, and the answer.

`ReceiptIssuer` signs for the service; `verified` checks a receipt offline, by nothing but the public keys.
"""

from kiosk.receipts.issuing import ReceiptIssuer
from kiosk.receipts.key_file import KEY_FILE, KeyFileError, ReceiptKeyFile
from kiosk.receipts.key_set import KeySet, KeySetError, PublicJwk
from kiosk.receipts.receipt import LONGEST, PresenceReceipt, ReceiptRefused, fingerprint, verified

__all__ = [
    "KEY_FILE",
    "LONGEST",
    "ReceiptKeyFile",
    "KeyFileError",
    "KeySet",
    "KeySetError",
    "PublicJwk",
    "PresenceReceipt",
    "ReceiptIssuer",
    "ReceiptRefused",
    "fingerprint",
    "verified",
]
