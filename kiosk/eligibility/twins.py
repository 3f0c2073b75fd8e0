"""Members of an older register whose keys differ only in their spelling: twins, of whom one is most likely wrong.

The register refuses new ones. Those that it has keep the spelling that they were given, and a file or a command reaches
each by exactly that one; a look-up by number finds both. Which of them is right only the officer knows, so they are
named, and nothing is merged.
"""

from sqlalchemy import Connection, bindparam, select, update

from kiosk.eligibility.errors import DataRefused
from kiosk.eligibility.member_keys import canonical
from kiosk.store.chunks import chunks
from kiosk.store.schema import member

Twins = dict[str, list[str]]
"""The keys of twins as given, by the canonical key that they share."""


class SpelledTwice(DataRefused):
    """A key is that of two members, in a spelling that neither of them has."""


def twins_of(connection: Connection) -> Twins:
    """Return the twins of the register; empty for a register that began with schema 0008."""
    return {key: sorted(references) for key, references in _sharing(connection).items() if len(references) > 1}


def settled(connection: Connection) -> Twins:
    """Give a canonical key to members who have no twin any more; return the twins that are left.

    A member whom a program before schema 0008 has written has no canonical key either.
    """
    found = _sharing(connection)
    alone = [{"one": references[0], "key": key} for key, references in found.items() if len(references) == 1]
    left = {key: references for key, references in found.items() if len(references) > 1}
    shared = [{"one": one, "key": key} for key, references in left.items() for one in references]
    for rows, statement in ((alone, _GIVE), (shared, _TAKE)):
        if rows:
            connection.execute(statement, rows)
    return left


def _sharing(connection: Connection) -> Twins:
    """Return the members without a canonical key, and who has the one that would be theirs; some have nobody."""
    found: Twins = {}
    for (reference,) in connection.execute(_WITHOUT_KEY):
        found.setdefault(canonical(reference), []).append(reference)
    for keys in chunks(list(found)):
        for reference, key in connection.execute(_WITH_KEY, {"keys": keys}):
            found[key].append(reference)
    return found


def key_of(canonical_key: str, reference: str, twins: Twins) -> str:
    """Return the canonical key of a member, or the key as given for one of twins.

    Raises:
        SpelledTwice: it is the key of twins, and neither of them is spelled so.

    """
    if canonical_key not in twins:
        return canonical_key
    if reference not in twins[canonical_key]:
        raise SpelledTwice("is the number of two members of the register; see `kiosk registry duplicates`")
    return reference


_WITHOUT_KEY = select(member.c.reference).where(member.c.canonical_key.is_(None)).order_by(member.c.reference)
_WITH_KEY = select(member.c.reference, member.c.canonical_key).where(
    member.c.canonical_key.in_(bindparam("keys", expanding=True))
)
_ONE = update(member).where(member.c.reference == bindparam("one"))
_GIVE = _ONE.values(canonical_key=bindparam("key"), twin_key=None)
_TAKE = _ONE.values(canonical_key=None, twin_key=bindparam("key"))
