"""The table of columns below the help of a command that reads member files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperCommand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typer._click import Context, HelpFormatter

    from kiosk.eligibility import ColumnInWords

__all__ = ["FeedCommand", "MemberFileCommand", "written_out"]


class MemberFileCommand(TyperCommand):
    """A command whose `--help` ends with the columns of a member file."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the help, and the columns below it."""
        from kiosk.eligibility import columns_in_words

        super().format_help(ctx, formatter)
        formatter.write("Columns of a member file (docs/formats.md), in any order:\n\n")
        formatter.write(written_out(columns_in_words()))


class FeedCommand(TyperCommand):
    """A command whose `--help` ends with the kinds of feeds and their columns."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the help, and the kinds below it."""
        from kiosk.eligibility import FEEDS

        super().format_help(ctx, formatter)
        formatter.write("Kinds, and their columns beside the four of the key:\n\n")
        for kind, feed in FEEDS.items():
            formatter.write(f"  {kind.value:<13} {', '.join(feed.names)}\n                {feed.note}\n")


def written_out(columns: Iterable[ColumnInWords]) -> str:
    """Return one line for each column: its name, what it is, what a cell holds."""
    return "".join(
        f"  {one.name:<25} {one.note}: {one.value}{'' if one.empty == 'yes' else '; never empty'}\n" for one in columns
    )
