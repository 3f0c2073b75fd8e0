"""How certificates are checked by the settings: trusted roots, and where revocation is asked."""

from __future__ import annotations

from pathlib import Path

from kiosk.identity import (
    Combined,
    CrlSource,
    NoSource,
    OcspSource,
    RevocationSource,
    TrustError,
    TrustStore,
    Verifier,
)
from kiosk.settings import Settings, SettingsError

__all__ = ["revocation_source", "trust_store", "verifier"]


def verifier(
    settings: Settings,
    store: TrustStore | None = None,
    *,
    crl: list[Path] | None = None,
    ocsp: str | None = None,
) -> Verifier:
    """Return the verifier that the settings describe.

    Args:
        settings: the settings of the service.
        store: roots to trust instead of those of ``identity.trust``.
        crl: lists of ``--crl``, which count instead of ``identity.crl``.
        ocsp: responder of ``--ocsp``, which counts instead of ``identity.ocsp``.

    Raises:
        SettingsError: a source cannot be used, or revocation is required and there is no source.

    """
    identity = settings.identity
    lists, responder = crl or identity.crl, ocsp or identity.ocsp
    required = identity.revocation == "require"
    if required and not (lists or responder):
        raise SettingsError("identity.revocation: require needs a source, identity.crl or identity.ocsp")
    names = ("--crl" if crl else "identity.crl", "--ocsp" if ocsp else "identity.ocsp")
    source = revocation_source(lists, responder, names=names)
    roots = trust_store(identity.trust, allow_test=settings.simulation) if store is None else store
    return Verifier(roots, source, require_revocation=required)


def trust_store(paths: list[Path], *, allow_test: bool, name: str = "identity.trust") -> TrustStore:
    """Return the roots in these files and folders.

    Args:
        paths: PEM or DER files, or folders of them.
        allow_test: whether a root of a test hierarchy is taken (simulation).
        name: the setting or option that gave the paths, for the message.

    Raises:
        SettingsError: a file cannot be used, or is a test root that is not taken.

    """
    try:
        store = TrustStore.load(paths)
    except TrustError as error:
        raise SettingsError(f"{name}: {error}") from error
    if not allow_test and any(anchor.is_test for anchor in store.anchors):
        raise SettingsError(f"{name}: holds a root of a test hierarchy; it is taken only with simulation = true")
    return store


def revocation_source(
    crl: list[Path], ocsp: str | None, *, names: tuple[str, str] = ("identity.crl", "identity.ocsp")
) -> RevocationSource:
    """Return lists and responder as one source; with neither, one that never knows.

    A list that the settings name may appear later; a list that an option names must exist now.

    Args:
        crl: files or folders of certificate revocation lists.
        ocsp: the URL of a responder.
        names: the settings or options that gave the two, for the message.

    Raises:
        SettingsError: a list of an option is missing, or the URL cannot be used.

    """
    missing = [path for path in crl if names[0].startswith("--") and not path.exists()]
    if missing:
        raise SettingsError(f"{names[0]}: {missing[0]}: no such file or folder")
    sources: list[RevocationSource] = [CrlSource.load(crl)] if crl else []
    if ocsp:
        sources.append(_responder(ocsp, names[1]))
    return Combined(sources) if sources else NoSource()


def _responder(url: str, name: str) -> RevocationSource:
    try:
        return OcspSource(url)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from error
