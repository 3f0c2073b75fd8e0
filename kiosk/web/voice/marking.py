"""Put what is said of a screen, and the recordings that say it, into the attributes of its HTML."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from markupsafe import Markup

from kiosk.web.assets import STATIC
from kiosk.web.voice.pieces import clean, name_of
from kiosk.web.voice.recordings import recordings
from kiosk.web.voice.speech import Speech, spoken
from kiosk.web.voice.voices import VOICES

__all__ = ["forget_recordings", "with_speech"]

_OWN = Markup(' data-voices="{}" data-voice-own="{}" data-voice-ahead="{}"')
_SAID = Markup(' data-speech="{}" data-voice="{}"')


def with_speech(html: str, language: str, ahead: Iterable[str] = ()) -> str:
    """Return a screen with what is said of it.

    ``data-speech`` on ``main``, and on each sheet, is the text; ``data-voice`` has the names of its recordings, and a
    comma where a sentence ends. ``main`` also has ``data-voices``, the address of a recording with # for its name,
    ``data-voice-own``, the recordings of what is on no screen (none to four digits, chosen, not chosen, started,
    stopped), and ``data-voice-ahead``, those of the sentences ``ahead`` that may come next.
    A language without recordings is not spoken: its screens stay as they are.
    """
    known = recordings(language)
    if not known:
        return html
    for speech in spoken(html, known.keys(), VOICES[language]):
        html = _marked(html, speech, "" if speech.sheet else _own(language, ahead))
    return html


def _marked(html: str, speech: Speech, own: str) -> str:
    before = f'<div id="{speech.sheet}"' if speech.sheet else "<main"
    said = _SAID.format(speech.text, speech.voice)
    return html.replace(before, f"{before}{said}{own}", 1)


def _own(language: str, ahead: Iterable[str]) -> str:
    known, voice = recordings(language), VOICES[language]
    own = " ".join(name_of(words) for words in (*voice.counts, *voice.chosen, voice.started, voice.stopped))
    soon = " ".join(name for words in ahead if (name := name_of(clean(words, voice))) in known)
    return _OWN.format(f"{STATIC}/voice/{language}/#.opus?v={_edition(language)}", own, soon)


def forget_recordings() -> None:
    """Look for the recordings anew with the next screen: some of their files have changed."""
    recordings.cache_clear()
    _edition.cache_clear()


@cache
def _edition(language: str) -> str:
    """Return what changes whenever one of the recordings does, since browsers keep them for ever."""
    digests = "".join(recording.digest for recording in recordings(language).values())
    return sha256(digests.encode()).hexdigest()[:12]
