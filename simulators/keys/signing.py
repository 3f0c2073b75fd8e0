"""Sign what a builder has made, with its usual extensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from simulators.keys import PrivateKey

__all__ = ["Instead", "Usual", "extended", "hash_for", "key_usage"]

Usual = Sequence[tuple[x509.ExtensionType, bool]]
"""Extensions and whether each is critical."""

Instead = Mapping[type[x509.ExtensionType], tuple[x509.ExtensionType, bool] | None]
"""The replacement of a usual extension: the new value and whether it is critical, or None to leave it out."""

Builder = TypeVar("Builder", x509.CertificateBuilder, x509.CertificateRevocationListBuilder)

_USES = (
    "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
    " key_cert_sign crl_sign encipher_only decipher_only"
).split()


def key_usage(*uses: str) -> x509.KeyUsage:
    """Return a KeyUsage with just these uses, by their names in RFC 5280 4.2.1.3 (``crl_sign``, …)."""
    return x509.KeyUsage(**{name: name in uses for name in _USES})


def extended(builder: Builder, usual: Usual, instead: Instead | None) -> Builder:
    """Return the builder with the usual extensions, changed as ``instead`` says."""
    chosen: dict[type[x509.ExtensionType], tuple[x509.ExtensionType, bool] | None]
    chosen = {type(value): (value, critical) for value, critical in usual}
    for value in (chosen | dict(instead or {})).values():
        if value is not None:
            builder = builder.add_extension(value[0], critical=value[1])
    return builder


def hash_for(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384:
    """Return SHA-384 for the wide curves, SHA-256 otherwise."""
    wide = isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size > 256
    return hashes.SHA384() if wide else hashes.SHA256()
