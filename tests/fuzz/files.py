"""Fuzz targets of the files that a technician hands over: recorded dialogues and card profiles."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from drivers.profiles import MAX_PROFILES, CardProfile, ProfileError, load_profiles
from drivers.recording import MAX_RECORDING, RecordedCommand, pack, unpack
from simulators.faults import CardLeft
from simulators.replay import Recording, RecordingError, ReplayCard, ReplayError, parse_recording

__all__ = ["command_of", "is_clear", "plays", "profiles", "recordings"]

_LONGEST_SENTENCE = 500
_MY_NUMBER = bytes.fromhex("D39210003100010104")
_FURTHER = bytes.fromhex("00A40000")


def recordings(data: bytes) -> None:
    """Any bytes are a recording that plays just as it says, or one clear RecordingError; so are a worker's steps."""
    with suppress(ValueError):
        steps = unpack(data)
        assert unpack(pack(steps)) == steps
    try:
        recording = parse_recording(data)
    except RecordingError as error:
        assert is_clear(error), str(error)
    else:
        plays(recording)


def plays(recording: Recording) -> None:
    """The card of a recording gives each answer to its command, and refuses a further one without quoting it."""
    assert 2 <= len(recording.atr) <= 33
    assert all(comment.isprintable() and len(comment) <= 80 for comment in recording.comments)
    card = ReplayCard(recording)
    for step in recording.steps:
        assert len(step.answer) <= MAX_RECORDING
        assert card.transmit(command_of(step)) == step.answer
    card.finish()
    with suppress(CardLeft):
        card.transmit(_FURTHER)
        raise AssertionError("a further command was answered")
    try:
        card.finish()
    except ReplayError as error:
        assert is_clear(error)
    else:
        raise AssertionError("a further command was forgotten")


def command_of(step: RecordedCommand) -> bytes:
    """A command that is this one."""
    return bytes.fromhex(step.command.replace("**", "00"))


def profiles(data: bytes) -> None:
    """Any bytes are profiles of lawful cards, or one clear ProfileError that names the file."""
    path = _folder() / "cards.toml"
    path.write_bytes(data)
    try:
        found = load_profiles([path])
    except ProfileError as error:
        assert str(error).startswith(str(path)) and is_clear(error), str(error)
    else:
        assert 2 <= len(found) <= MAX_PROFILES
        assert len({profile.application for profile in found}) == len({profile.name for profile in found}) == len(found)
        for profile in found:
            _is_lawful(profile)


def _is_lawful(profile: CardProfile) -> None:
    for application in (profile.application, profile.leave_for):
        assert 5 <= len(application) <= 16
        assert application[:9] != _MY_NUMBER[: len(application)]
    assert len(profile.files) == 3
    assert 4 <= profile.pin.length <= 16 and 1 <= profile.pin.most_tries <= 15
    assert not profile.pin.fits(b"") and profile.pin.fits(profile.pin.alphabet[:1] * profile.pin.length)
    assert all(0 <= scheme.p1 <= 255 and len(scheme.data(b"")) <= 63 + 64 for scheme in profile.signatures.values())


def is_clear(error: Exception) -> bool:
    """Whether an error is one sentence that a terminal shows as it is."""
    return 0 < len(str(error)) <= _LONGEST_SENTENCE and str(error).isprintable()


@cache
def _folder() -> Path:
    return Path(_FOLDER.name)


_FOLDER = TemporaryDirectory(prefix="fuzz-files-")
