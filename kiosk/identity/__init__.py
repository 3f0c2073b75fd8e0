"""Establish identity: is the card's certificate genuine, is its holder here, and what may be claimed?"""

from kiosk.identity.ahead import CheckAhead
from kiosk.identity.binding import binding_key, site_key_fingerprint, site_key_parts, wrap_binding_key
from kiosk.identity.certificate_file import certificates_in
from kiosk.identity.challenge import new_challenge, signature_is_valid
from kiosk.identity.check import CertificateCheck, Chain, Verifier, last_day_of
from kiosk.identity.crl_source import CrlSource
from kiosk.identity.levels import Level, claimable_level
from kiosk.identity.ocsp_source import OcspSource
from kiosk.identity.problems import Problem, Safeguard
from kiosk.identity.profile import MalformedCertificate
from kiosk.identity.revocation import Combined, NoSource, Outlook, Revocation, RevocationSource
from kiosk.identity.sealing import Sealer, derived_key
from kiosk.identity.site_key import SiteKeyError, SiteKeyNotKept, create_site_key, load_site_key, rotate_site_key
from kiosk.identity.stand_in import stand_in_certificate
from kiosk.identity.trust import TrustAnchor, TrustError, TrustStore

__all__ = [
    "CertificateCheck",
    "Chain",
    "CheckAhead",
    "Combined",
    "CrlSource",
    "Level",
    "MalformedCertificate",
    "NoSource",
    "OcspSource",
    "Outlook",
    "Problem",
    "Revocation",
    "RevocationSource",
    "Safeguard",
    "Sealer",
    "SiteKeyError",
    "SiteKeyNotKept",
    "TrustAnchor",
    "TrustError",
    "TrustStore",
    "Verifier",
    "binding_key",
    "certificates_in",
    "claimable_level",
    "create_site_key",
    "derived_key",
    "last_day_of",
    "load_site_key",
    "new_challenge",
    "rotate_site_key",
    "signature_is_valid",
    "site_key_fingerprint",
    "site_key_parts",
    "stand_in_certificate",
    "wrap_binding_key",
]
