"""Binding a certificate to a member, and unbinding it, under the site key of the settings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from kiosk.cli.answers import refuse, sentence_of
from kiosk.cli.site_key import site_key_for
from kiosk.eligibility import MemberId, Registry
from kiosk.identity import (
    MalformedCertificate,
    binding_key,
    certificates_in,
    last_day_of,
    site_key_fingerprint,
)

if TYPE_CHECKING:
    from kiosk.settings import Settings

__all__ = ["bind_certificate", "load_certificate", "unbind_certificate"]

_MAX_BYTES = 65_536
_REFUSED = 1
_FILE = 4


def load_certificate(path: Path) -> x509.Certificate:
    """Return the certificate in a PEM or DER file; end with status 4 if it cannot be read, 1 if it is not one."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        refuse(sentence_of(error), _FILE)
    try:
        if len(data) > _MAX_BYTES:
            raise MalformedCertificate("not a certificate in PEM or DER")
        return certificates_in(data)[0]
    except MalformedCertificate as error:
        refuse(f"{path}: {error}", _REFUSED)


def bind_certificate(
    registry: Registry, whose: MemberId, certificate: x509.Certificate, settings: Settings, by: str
) -> dict[str, object]:
    """Bind a certificate to a member; return the answer of `bind --json`. Ends and raises as `unbind_certificate`."""
    key = site_key_for(settings, registry)
    last_day = last_day_of(certificate)
    changed = registry.bind(
        whose,
        binding_key(certificate, key),
        last_day,
        by,
        datetime.now(UTC),
        fingerprint=site_key_fingerprint(key),
    )
    return {"member": str(whose), "bound": True, "changed": changed, "last_day": last_day.isoformat()}


def unbind_certificate(registry: Registry, whose: MemberId, settings: Settings, by: str) -> dict[str, object]:
    """End a member's binding; return the answer of `unbind --json`. End with status 2 without a usable site key.

    Raises:
        DataRefused: the member is unknown, or the request is refused.
        RegistryError: the certificates are bound under another site key, or the database cannot serve.

    """
    needed = settings.site_key_path.exists() or registry.needs_site_key()
    fingerprint = site_key_fingerprint(site_key_for(settings, registry)) if needed else None
    registry.unbind(whose, by, datetime.now(UTC), fingerprint=fingerprint)
    return {"member": str(whose), "bound": False, "changed": True}
