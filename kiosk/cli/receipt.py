"""`kiosk receipt`: check presence receipts offline, and renew the key that signs them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.answers import print_json, refuse, standard_input
from kiosk.cli.configured import load_settings
from kiosk.cli.register import Config
from kiosk.outputs import STANDARD

if TYPE_CHECKING:
    from kiosk.receipts import KeySet

__all__ = ["app"]

REFUSED, NOT_KEPT = 10, 4
_LARGEST_KEYS = 1 << 20

app = typer.Typer(
    no_args_is_help=True, help="Presence receipts: signed statements that a member was at a kiosk, and of the answer."
)


@app.command("verify")
def verify(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The receipt; - reads standard input.")],
    keys: Annotated[Path, typer.Option(metavar="FILE", help="The JWK set of GET /api/v1/receipt-keys.")],
) -> None:
    """Check a receipt offline, and print what it says: {"verdict", "receipt", "message"}.

    Exit status: 0 one of the keys has signed it, as it is; 10 it is refused; 2 wrong usage, a file that cannot be read,
    or no set of keys. The keys have to come from the kiosk itself: a receipt is worth what they are.
    """
    from kiosk.receipts import ReceiptRefused, verified

    known, text = _keys_of(keys), _receipt(file)
    try:
        receipt = verified(text, known)
    except ReceiptRefused as error:
        print_json({"verdict": "refused", "receipt": None, "message": str(error)})
        refuse(f"refused: {error}", REFUSED)
    print_json({"verdict": "accepted", "receipt": receipt.model_dump(mode="json"), "message": None})


@app.command("keys")
def keys(config: Config = None) -> None:
    """Print the public keys as a JWK set, as GET /api/v1/receipt-keys does.

    Exit status: 0 done; 2 wrong settings; 4 the keys cannot be read.
    """
    from kiosk.receipts import KeyFileError, ReceiptKeyFile

    try:
        found = ReceiptKeyFile(load_settings(config).data_dir).read()
    except KeyFileError as error:
        refuse(str(error), NOT_KEPT)
    print_json({"keys": found.public()})


@app.command("rotate")
def rotate(config: Config = None) -> None:
    """Make a new key, which signs from now on; the earlier public keys stay in the JWK set.

    A kiosk that runs takes it within seconds. Exit status: 0 done; 2 wrong settings; 4 the keys cannot be replaced.
    """
    from kiosk.receipts import KeyFileError, ReceiptKeyFile

    try:
        found = ReceiptKeyFile(load_settings(config).data_dir).rotate()
    except KeyFileError as error:
        refuse(str(error), NOT_KEPT)
    typer.echo(f"the key {found.public()[0]['kid']} signs from now on", err=True)


def _keys_of(path: Path) -> KeySet:
    from kiosk.files import FileError, read_bounded
    from kiosk.receipts import KeySet, KeySetError

    try:
        return KeySet.of_json(read_bounded(path, _LARGEST_KEYS))
    except (FileError, KeySetError) as error:
        refuse(f"--keys: {path}: {error}")


def _receipt(file: str) -> str:
    """Return the text of a receipt, or of as much of it as shows that it is none."""
    from kiosk.files import FileError, open_regular
    from kiosk.receipts import LONGEST

    try:
        if file == STANDARD:
            content = standard_input().read(LONGEST + 3)
        else:
            with open(open_regular(Path(file)), "rb") as opened:
                content = opened.read(LONGEST + 3)
    except (FileError, OSError) as error:
        refuse(f"{file}: {error}")
    return content.decode("ascii", "replace").removesuffix("\n").removesuffix("\r")
