"""Make a folder with everything that a kiosk needs: simulated roots and CRL, a registry of everybody, settings."""

from __future__ import annotations

import fcntl
import io
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from kiosk.assembly.site_key import obtain_site_key
from kiosk.eligibility import MemberId, Registry, Source, read_rows
from kiosk.identity import binding_key, last_day_of, site_key_fingerprint
from kiosk.settings import Settings, load
from simulators.people import Persona, genuine_certificates, members_csv, people, revoked_certificates
from simulators.people.town import JAPAN
from simulators.pki import Authority, jpki_generations, user_authority

__all__ = ["Stage", "StageError", "locked", "member_id", "register_url", "set_stage"]

_MARKER = ".kiosk-demo"
"""The file that marks a folder that may be emptied; the demo that runs in it holds a lock on it."""


class StageError(Exception):
    """A folder cannot be used as a stage. The text names it, says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A kiosk that is ready to serve invented people on the day ``on``."""

    folder: Path
    now: datetime
    settings: Settings

    @property
    def on(self) -> date:
        """The day in Asia/Tokyo."""
        return self.now.astimezone(JAPAN).date()

    @property
    def authority(self) -> Authority:
        """The authority that issued everybody's certificate."""
        return user_authority(self.now)


def member_id(person: Persona) -> MemberId:
    """Return the key under which the register knows the person.

    Raises:
        LookupError: The register does not know the person.

    """
    if person.member is None:
        raise LookupError(f"{person.id} is not in the register")
    return MemberId(*(person.member[part] for part in ("insurer_number", "symbol", "number", "branch")))


def register_url(folder: Path) -> str:
    """Return where the register of the stage in this folder is."""
    return f"sqlite:///{folder / 'registry.sqlite'}"


def set_stage(
    folder: Path, now: datetime, *, reader: str = "simulator", listen: str = "127.0.0.1:8460", **keys: object
) -> Stage:
    """Make the folder anew and return the stage; ``keys`` are further settings by their names in the file.

    Raises:
        StageError: The folder holds something that is not a stage of ours, or cannot be made; nothing was removed.

    """
    _clear(folder)
    _write_trust(folder, now)
    config = folder / "kiosk.toml"
    config.write_text(_toml(_keys(folder, reader, listen) | keys), encoding="utf-8")
    stage = Stage(folder, now, load(config, environ={}))
    _fill_registry(stage)
    return stage


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock a folder for one demo while the block runs, so that no other makes it anew.

    Raises:
        StageError: Another demo uses the folder.

    """
    _mark(folder)
    with (folder / _MARKER).open("rb") as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StageError(f"{folder}: a demo is running in this folder; name another one with --folder") from None
        yield


def _mark(folder: Path) -> None:
    """Make the folder, and mark it as ours unless somebody else's files are in it.

    Raises:
        StageError: Somebody else's files are in it, or it cannot be made.

    """
    marker = folder / _MARKER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not marker.is_file() and any(folder.iterdir()):
            raise StageError(
                f"{folder}: is not empty and no folder of a demo ({_MARKER} is not in it); nothing was done"
            )
        marker.touch()
    except OSError as error:
        raise StageError(f"{folder}: {error.strerror}") from None


def _clear(folder: Path) -> None:
    _mark(folder)
    try:
        for item in folder.iterdir():
            if item.is_dir() and not item.is_symlink():
                shutil.rmtree(item)
            elif item.name != _MARKER:
                item.unlink()
    except OSError as error:
        raise StageError(f"{error.filename}: cannot be removed: {error.strerror}") from None


def _keys(folder: Path, reader: str, listen: str) -> dict[str, object]:
    return {
        "listen": listen,
        "readers": [reader],
        "simulation": True,
        "database": register_url(folder),
        "data_dir": str(folder / "data"),
        "staff.listen": "",
        "identity.trust": [str(folder / "trust")],
        "identity.crl": [str(folder / "crl")],
    }


def _toml(keys: Mapping[str, object]) -> str:
    """Return TOML; strings, numbers, truth values and lists of strings are written as JSON writes them."""
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in keys.items())


def _write_trust(folder: Path, now: datetime) -> None:
    (folder / "trust").mkdir()
    (folder / "crl").mkdir()
    for number, authority in enumerate(jpki_generations(now), start=1):
        (folder / "trust" / f"root-{number}.pem").write_bytes(authority.pem)
    user = user_authority(now)
    revoked = revoked_certificates(user, now.astimezone(JAPAN).date())
    (folder / "crl" / "simulation.crl").write_bytes(user.crl(revoked=revoked))


def _fill_registry(stage: Stage) -> None:
    with Registry.open(stage.settings.database, migrated=False) as registry:
        registry.migrate()
        content = members_csv(stage.on).encode("utf-8")
        digest = sha256(content).hexdigest()
        source = Source(stage.now, stage.on, sha256(b"members.csv").hexdigest(), lambda: digest)
        registry.import_members(read_rows(io.BytesIO(content)), source)
        _bind_everybody(stage, registry)


def _bind_everybody(stage: Stage, registry: Registry) -> None:
    key = obtain_site_key(stage.settings, registry)
    everybody = {person.id: person for person in people(stage.on)}
    for name, issued in genuine_certificates(stage.authority, stage.on).items():
        last_day = last_day_of(issued.certificate)
        who, binding = member_id(everybody[name]), binding_key(issued.certificate, key)
        registry.bind(who, binding, last_day, "simulation", stage.now, fingerprint=site_key_fingerprint(key))
