"""What `kiosk registry bind` needs of the certificate and of the site key."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cryptography import x509

from kiosk.cli.common import refuse, site_key
from kiosk.eligibility import Registry

if TYPE_CHECKING:
    from kiosk.settings import Settings

__all__ = ["last_day_of", "load_certificate", "site_key_for"]

_MAX_BYTES = 65_536
_REFUSED = 1
_FILE = 4


def load_certificate(path: Path) -> x509.Certificate:
    """The certificate in a PEM or DER file; ends with status 4 when it cannot be read, 1 when it is none."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        refuse(f"{path}: {error.strerror}", _FILE)
    try:
        if len(data) > _MAX_BYTES:
            raise ValueError
        pem = data.lstrip().startswith(b"-----BEGIN")
        return x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    except ValueError:
        refuse(f"{path}: is not a certificate in PEM or DER", _REFUSED)


def last_day_of(certificate: x509.Certificate) -> date:
    """Its last valid day in Asia/Tokyo."""
    return certificate.not_valid_after_utc.astimezone(ZoneInfo("Asia/Tokyo")).date()


def site_key_for(settings: Settings, registry: Registry, on: date) -> bytes:
    """The site key of the settings; ends with status 2 when it cannot be used.

    Where it would be made anew although certificates are bound, it is refused: ties made under another key would
    never be found again.
    """
    path = settings.site_key_path
    if not path.exists():
        counts = registry.stats(on)
        if counts.bindings_live or counts.bindings_ended:
            refuse(f"site_key_file: {path} is missing, and certificates are bound under a site key already")
    return site_key(settings)
