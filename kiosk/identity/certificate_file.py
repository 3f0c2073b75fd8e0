"""Read certificates from files, PEM or DER, every block or none, and without a warning about any serial number."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Final

from cryptography import x509

from kiosk.files import is_der
from kiosk.identity.profile import MalformedCertificate, require_number

__all__ = ["certificates_in"]

_BEGIN: Final = re.compile(rb"-----BEGIN (?:X509 )?CERTIFICATE-----")
_END: Final = re.compile(rb"-----END (?:X509 )?CERTIFICATE-----")
_NONE: Final = "not a certificate in PEM or DER"


def certificates_in(content: bytes) -> Sequence[x509.Certificate]:
    """Return the certificates of a file, at least one.

    Raises:
        MalformedCertificate: A part of the file is not a certificate.

    """
    found = [_certificate(der) for der in ([content] if is_der(content) else _blocks(content))]
    if not found:
        raise MalformedCertificate(_NONE)
    return found


def _blocks(content: bytes) -> Sequence[bytes]:
    """Return the DER of every PEM block. A block that is cut off is an error and never skipped."""
    return [_decoded(block) for block in _BEGIN.split(content)[1:]]


def _decoded(block: bytes) -> bytes:
    body, *after = _END.split(block, maxsplit=1)
    try:
        if after:
            return b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        pass
    raise MalformedCertificate(_NONE)


def _certificate(der: bytes) -> x509.Certificate:
    require_number(der)
    try:
        certificate = x509.load_der_x509_certificate(der)
        list(certificate.extensions)
    except Exception:  # See profile.parse_certificate: a parser's faults are not a closed list.
        raise MalformedCertificate(_NONE) from None
    return certificate
