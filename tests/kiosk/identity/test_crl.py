"""What one CRL says of a certificate: a table of every rule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from kiosk.identity import Revocation
from kiosk.identity.crl import Bundle, parse_crls
from simulators import pki
from tests.kiosk.identity.surgery import RSA_SHA256, resigned, tlv

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
GOOD, REVOKED, NOT_CHECKED = Revocation.GOOD, Revocation.REVOKED, Revocation.NOT_CHECKED
UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.2.392.200149.9999.1"), b"\x05\x00")
SOME_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])


def scope(user, partition=None, **limits):
    """An IssuingDistributionPoint with only what is asked for."""
    point = pki.distribution_point(user.certificate.subject, partition) if partition else None
    usual = dict.fromkeys(
        ["only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs"],
        False,
    )
    return x509.IssuingDistributionPoint(
        full_name=point.full_name if point else None,
        **{**usual, "relative_name": None, "only_some_reasons": None, **limits},
    )


def says(crl, leaf, issuer, now):
    (parsed,) = parse_crls(crl).lists
    return parsed.status(leaf.certificate, issuer.certificate, now)


def reasons(*flags):
    return frozenset(x509.ReasonFlags[flag] for flag in flags)


# name: (arguments of Authority.crl, made from the authority and now; the answer where the certificate is listed;
#        the answer where it is not)
TABLE = {
    "full": (lambda user, now: {}, REVOKED, GOOD),
    "its own partition": (lambda user, now: {"partition": pki.DEFAULT_PARTITION}, REVOKED, GOOD),
    "another partition": (lambda user, now: {"partition": "Mitaka-shi CRLDP"}, NOT_CHECKED, NOT_CHECKED),
    "people's certificates only": (
        lambda user, now: {"scope": scope(user, only_contains_user_certs=True)},
        REVOKED,
        GOOD,
    ),
    "people's certificates of its own partition only": (
        lambda user, now: {"scope": scope(user, pki.DEFAULT_PARTITION, only_contains_user_certs=True)},
        REVOKED,
        GOOD,
    ),
    "authorities' certificates only": (
        lambda user, now: {"scope": scope(user, only_contains_ca_certs=True)},
        NOT_CHECKED,
        NOT_CHECKED,
    ),
    "attribute certificates only": (
        lambda user, now: {"scope": scope(user, only_contains_attribute_certs=True)},
        NOT_CHECKED,
        NOT_CHECKED,
    ),
    "some reasons only": (
        lambda user, now: {"scope": scope(user, only_some_reasons=reasons("key_compromise"))},
        REVOKED,
        NOT_CHECKED,
    ),
    "stale": (lambda user, now: {"next_update": now - SECOND}, REVOKED, NOT_CHECKED),
    "in its last second": (lambda user, now: {"next_update": now}, REVOKED, GOOD),
    "in its first second": (lambda user, now: {"this_update": now}, REVOKED, GOOD),
    "not yet valid": (lambda user, now: {"this_update": now + SECOND}, REVOKED, NOT_CHECKED),
    "a delta": (lambda user, now: {"number": 5, "delta_of": 4}, REVOKED, NOT_CHECKED),
    "indirect": (lambda user, now: {"scope": scope(user, indirect_crl=True)}, REVOKED, NOT_CHECKED),
    "an unknown critical extension": (
        lambda user, now: {"instead": {x509.UnrecognizedExtension: (UNKNOWN, True)}},
        NOT_CHECKED,
        NOT_CHECKED,
    ),
    "an unknown extension that is not critical": (
        lambda user, now: {"instead": {x509.UnrecognizedExtension: (UNKNOWN, False)}},
        REVOKED,
        GOOD,
    ),
    "a critical pointer to newer deltas": (
        lambda user, now: {
            "instead": {
                x509.FreshestCRL: (
                    x509.FreshestCRL([pki.distribution_point(user.certificate.subject, "delta")]),
                    True,
                )
            }
        },
        NOT_CHECKED,
        NOT_CHECKED,
    ),
    "under another issuer's name": (lambda user, now: {"issuer": SOME_NAME}, NOT_CHECKED, NOT_CHECKED),
    "without number and key identifier": (
        lambda user, now: {"instead": {x509.CRLNumber: None, x509.AuthorityKeyIdentifier: None}},
        REVOKED,
        GOOD,
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_listed_certificate(name, user, leaf, now):
    arguments, listed, _ = TABLE[name]
    crl = user.crl(revoked=[17, leaf.certificate, 18], **arguments(user, now))
    assert says(crl, leaf, user, now) is listed


@pytest.mark.parametrize("name", TABLE)
def test_a_certificate_that_is_not_listed(name, user, leaf, now):
    arguments, _, absent = TABLE[name]
    assert says(user.crl(revoked=[17, 18], **arguments(user, now)), leaf, user, now) is absent


def test_an_empty_list_is_good(user, leaf, now):
    assert says(user.crl(), leaf, user, now) is GOOD


@pytest.mark.parametrize("listed", [True, False])
def test_a_list_forged_under_the_same_name_says_nothing(listed, user, leaf, now):
    forged = pki.lookalike(user).crl(revoked=[leaf.certificate] if listed else [])
    assert says(forged, leaf, user, now) is NOT_CHECKED


def test_a_list_of_another_generation_of_the_same_name_says_nothing(generations, leaf, user, now):
    assert says(generations[1].crl(revoked=[leaf.certificate]), leaf, user, now) is NOT_CHECKED


def test_a_list_changed_after_signing_says_nothing(user, leaf, now):
    crl = user.crl(revoked=[0x11223344])
    at = crl.index(b"\x11\x22\x33\x44")
    changed = crl[:at] + leaf.certificate.serial_number.to_bytes(4, "big") + crl[at + 4 :]
    assert says(changed, leaf, user, now) is NOT_CHECKED


@pytest.mark.parametrize("uses", [("key_cert_sign",), None])
def test_an_issuer_that_may_not_sign_lists_has_none(uses, user, leaf, now):
    instead = {x509.KeyUsage: (pki.key_usage(*uses), True) if uses else None}
    issuer = pki.root(user.certificate.subject, user.key, now, instead=instead)
    assert says(user.crl(revoked=[leaf.certificate]), leaf, issuer, now) is NOT_CHECKED


def test_an_issuer_with_a_weak_key_has_no_lists(user, leaf, now):
    weak = pki.root(user.certificate.subject, pki.pool_key("rsa1024-01"), now)
    assert says(weak.crl(revoked=[leaf.certificate]), leaf, weak, now) is NOT_CHECKED


def test_lists_of_the_next_generation_count(now):
    authority = pki.next_authority(now)
    issued = authority.issue()
    assert says(authority.crl(), issued, authority, now) is GOOD
    assert says(authority.crl(revoked=[issued.certificate]), issued, authority, now) is REVOKED


REASONS = [flag for flag in x509.ReasonFlags if flag is not x509.ReasonFlags.remove_from_crl]


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("kind", [{}, {"delta_of": 1}])
def test_every_reason_means_revoked_a_hold_too(reason, kind, user, leaf, now):
    entry = pki.Listed(leaf.certificate.serial_number, reason=reason)
    assert says(user.crl(revoked=[entry], **kind), leaf, user, now) is REVOKED


def test_remove_from_crl_in_a_delta_is_no_revocation_and_no_proof_either(user, leaf, now):
    entry = pki.Listed(leaf.certificate.serial_number, reason=x509.ReasonFlags.remove_from_crl)
    assert says(user.crl(revoked=[entry], delta_of=1), leaf, user, now) is NOT_CHECKED


def test_remove_from_crl_has_no_meaning_in_a_full_list(user, leaf, now):
    entry = pki.Listed(leaf.certificate.serial_number, reason=x509.ReasonFlags.remove_from_crl)
    assert says(user.crl(revoked=[entry]), leaf, user, now) is REVOKED


def test_a_revocation_dated_in_the_future_counts_now(user, leaf, now):
    entry = pki.Listed(leaf.certificate.serial_number, on=now + 30 * DAY)
    assert says(user.crl(revoked=[entry]), leaf, user, now) is REVOKED


def test_a_listed_certificate_stays_revoked_whatever_its_entry_adds(user, leaf, now):
    entry = pki.Listed(leaf.certificate.serial_number, critical_extra=UNKNOWN)
    assert says(user.crl(revoked=[entry]), leaf, user, now) is REVOKED


def test_an_unknown_critical_extension_in_any_entry_makes_nothing_good(user, leaf, now):
    entry = pki.Listed(17, critical_extra=UNKNOWN)
    assert says(user.crl(revoked=[entry]), leaf, user, now) is NOT_CHECKED


def test_an_indirect_list_speaks_of_other_issuers_too(user, leaf, now):
    """The owner named in an entry holds for the entries after it, until the next one is named."""
    indirect = {"scope": scope(user, indirect_crl=True)}
    serial = leaf.certificate.serial_number
    ours = user.certificate.subject
    theirs = [pki.Listed(17, certificate_issuer=SOME_NAME), serial]
    back = [*theirs, pki.Listed(18, certificate_issuer=ours), serial]
    assert says(user.crl(revoked=theirs, **indirect), leaf, user, now) is NOT_CHECKED
    assert says(user.crl(revoked=back, **indirect), leaf, user, now) is REVOKED


def leaf_with_points(user, *points):
    points = (x509.CRLDistributionPoints(list(points)), False) if points else None
    return user.issue(serial=0x77, instead={x509.CRLDistributionPoints: points})


def point(user, **fields):
    usual = pki.distribution_point(user.certificate.subject, pki.DEFAULT_PARTITION)
    chosen = {"full_name": usual.full_name, "relative_name": None, "reasons": None, "crl_issuer": None}
    return x509.DistributionPoint(**{**chosen, **fields})


def directory(name):
    return [x509.DirectoryName(name)]


def relative(text):
    return x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def test_a_part_does_not_cover_a_certificate_without_a_point(user, now):
    issued = leaf_with_points(user)
    assert says(user.crl(partition=pki.DEFAULT_PARTITION), issued, user, now) is NOT_CHECKED
    assert says(user.crl(), issued, user, now) is GOOD


def test_one_of_several_points_is_enough(user, now):
    other = pki.distribution_point(user.certificate.subject, "Mitaka-shi CRLDP")
    issued = leaf_with_points(user, other, point(user))
    assert says(user.crl(partition=pki.DEFAULT_PARTITION), issued, user, now) is GOOD


def test_a_point_for_some_reasons_makes_nothing_good(user, now):
    issued = leaf_with_points(user, point(user, reasons=reasons("key_compromise")))
    part = {"partition": pki.DEFAULT_PARTITION}
    assert says(user.crl(**part), issued, user, now) is NOT_CHECKED
    assert says(user.crl(revoked=[0x77], **part), issued, user, now) is REVOKED


def test_a_point_served_by_another_issuer_is_not_ours(user, now):
    foreign = leaf_with_points(user, point(user, crl_issuer=directory(SOME_NAME)))
    own = leaf_with_points(user, point(user, crl_issuer=directory(user.certificate.subject)))
    crl = user.crl(partition=pki.DEFAULT_PARTITION)
    assert says(crl, foreign, user, now) is NOT_CHECKED
    assert says(crl, own, user, now) is GOOD


def test_a_point_without_a_name_matches_nothing(user, now):
    nameless = point(user, full_name=None, crl_issuer=directory(user.certificate.subject))
    issued = leaf_with_points(user, nameless)
    assert says(user.crl(partition=pki.DEFAULT_PARTITION), issued, user, now) is NOT_CHECKED


@pytest.mark.parametrize(("text", "answer"), [("part 1", GOOD), ("part 2", NOT_CHECKED)])
def test_a_relative_name_is_read_below_the_issuer(text, answer, user, now):
    full = x509.Name([*user.certificate.subject.rdns, relative("part 1")])
    issued = leaf_with_points(user, point(user, full_name=directory(full)))
    limits = scope(user, relative_name=relative(text))
    assert says(user.crl(scope=limits), issued, user, now) is answer


SHA1 = hashes.SHA1()  # noqa: S303 - it is what must be refused
VERSION_2 = b"\x02\x01\x01"
RSA_SHA224 = bytes.fromhex("300d06092a864886f70d01010e0500")
RSA_SHA1 = bytes.fromhex("300d06092a864886f70d0101050500")


def test_a_list_without_an_end_makes_nothing_good_but_still_revokes(user, leaf, now):
    def endless(crl: bytes) -> bytes:
        tbs = x509.load_der_x509_crl(crl).tbs_certlist_bytes
        end = tbs.index(b"\x17\x0d", tbs.index(b"\x17\x0d") + 2)
        return resigned(user, tlv(0x30, tbs[tbs.index(VERSION_2) : end] + tbs[end + 15 :]), RSA_SHA256, hashes.SHA256())

    assert x509.load_der_x509_crl(endless(user.crl())).next_update_utc is None
    assert says(endless(user.crl()), leaf, user, now) is NOT_CHECKED
    assert says(endless(user.crl(revoked=[leaf.certificate])), leaf, user, now) is REVOKED


def test_a_list_signed_over_sha1_says_nothing(user, leaf, now):
    tbs = x509.load_der_x509_crl(user.crl(revoked=[leaf.certificate])).tbs_certlist_bytes
    weak = resigned(user, tbs.replace(RSA_SHA256, RSA_SHA1), RSA_SHA1, SHA1)
    assert says(weak, leaf, user, now) is NOT_CHECKED


def test_a_list_signed_over_a_hash_that_is_not_accepted_says_nothing(user, leaf, now):
    """The library itself would take SHA-224."""
    tbs = x509.load_der_x509_crl(user.crl(revoked=[leaf.certificate])).tbs_certlist_bytes
    other = resigned(user, tbs.replace(RSA_SHA256, RSA_SHA224), RSA_SHA224, hashes.SHA224())
    assert x509.load_der_x509_crl(other).is_signature_valid(user.certificate.public_key())
    assert says(other, leaf, user, now) is NOT_CHECKED


def test_thousands_of_entries_are_searched_to_the_last(user, leaf, now):
    serials = range(1_000_000, 1_020_000)
    assert says(user.crl(revoked=serials), leaf, user, now) is GOOD
    assert says(user.crl(revoked=[*serials, leaf.certificate]), leaf, user, now) is REVOKED


def test_the_same_list_answers_again_and_for_another_issuer(generations, user, leaf, now):
    (parsed,) = parse_crls(user.crl()).lists
    issuers = [user, generations[1], user]
    answers = [parsed.status(leaf.certificate, issuer.certificate, now) for issuer in issuers]
    assert answers == [GOOD, NOT_CHECKED, GOOD]


def pem(der: bytes) -> bytes:
    return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)


def test_pem_holds_one_or_more_lists_with_text_around_them(user, leaf):
    content = b"0 Certificate Revocation List\n" + pem(user.crl()) + b"\n# next\n" + pem(user.crl(number=2))
    assert len(parse_crls(content).lists) == 2


UNREADABLE = {
    "nothing": lambda crl: b"",
    "rubbish": lambda crl: b"rubbish",
    "a page of the web": lambda crl: b"<!DOCTYPE html><html><body>404</body></html>",
    "cut short": lambda crl: crl[:-1],
    "cut short within its length": lambda crl: crl[:3],
    "broken PEM": lambda crl: b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
    "PEM that is cut off": lambda crl: pem(crl)[:-40],
    "a scope that cannot be read": lambda crl: crl.replace(b"\x06\x03\x55\x1d\x14", b"\x06\x03\x55\x1d\x1c"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(name, user):
    content = UNREADABLE[name](user.crl())
    assert content != user.crl()
    assert parse_crls(content) == Bundle((), ("not a CRL in PEM or DER",))


def test_the_lists_of_one_file_are_bounded(user):
    block = b"-----BEGIN X509 CRL-----\nA\n-----END X509 CRL-----\n"
    bundle = parse_crls(pem(user.crl()) + block * 4097)
    assert len(bundle.lists) == 1
    assert bundle.faults[-1] == "holds more than 4096 CRLs; the rest is not used"


def test_lists_in_der_one_after_the_other_all_count(user, leaf, now):
    bundle = parse_crls(user.crl(number=1) + user.crl(number=2, revoked=[leaf.certificate]))
    assert [crl.status(leaf.certificate, user.certificate, now) for crl in bundle.lists] == [GOOD, REVOKED]
