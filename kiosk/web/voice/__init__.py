"""Speak the screens: what is said comes from the screen's own HTML, and is played from recordings.

The recordings are in ``static/voice``, made by ``script/make-voice`` and found by a hash of their words.
"""

from kiosk.web.voice.blocks import Block, PartKind, Sheet, SpokenPart, sheets_of
from kiosk.web.voice.marking import forget_recordings, with_speech
from kiosk.web.voice.pieces import clean, name_of, parts_of, sentences_of
from kiosk.web.voice.recordings import Trace, VoiceRecording, recordings, traces, unplayable
from kiosk.web.voice.speech import Sentence, Speech, spoken
from kiosk.web.voice.voices import ENGLISH, JAPANESE, VOICES, Voice

__all__ = [
    "ENGLISH",
    "JAPANESE",
    "VOICES",
    "Block",
    "PartKind",
    "Trace",
    "VoiceRecording",
    "SpokenPart",
    "Sentence",
    "Sheet",
    "Speech",
    "Voice",
    "clean",
    "forget_recordings",
    "name_of",
    "parts_of",
    "recordings",
    "sentences_of",
    "sheets_of",
    "spoken",
    "traces",
    "unplayable",
    "with_speech",
]
