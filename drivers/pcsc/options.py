"""The options of the driver ``pcsc``."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator

from drivers.options import ReaderOptions
from drivers.reader_choice import MAX_READERS, check_reader, is_usb_id

__all__ = ["PcscOptions"]


class PcscOptions(ReaderOptions):
    """``[pcsc]``: readers driven by pcscd."""

    readers: list[str] = Field(
        default=[],
        max_length=MAX_READERS,
        description="a part of the name, or VID:PID, of the readers to use, e.g. 054c:0dc9 (default: all)",
    )

    def choosing(self, reader: str) -> Self | None:
        """Return the options for readers of a VID:PID: only the worker can find out which those are."""
        return self.model_copy(update={"readers": [reader]}) if is_usb_id(reader) else None

    @field_validator("readers")
    @classmethod
    def _reader_texts(cls, value: list[str]) -> list[str]:
        return [check_reader(text) for text in value]
