"""Whatever stands in a TOML file ends in the one error of its reader: no traceback, no gigabytes, no minute."""

import subprocess
import sys
from pathlib import Path

import pytest

from drivers.toml_file import MAX_DEPTH, TomlError, parse_toml

READERS = {
    "settings": "from kiosk.settings import load as read, SettingsError as Refused",
    "policy": "from kiosk.policy_file import load_policy as read; from kiosk.decision import PolicyError as Refused",
    "insurer": "from kiosk.documents import insurer_from as read, StationeryError as Refused",
    "profiles": "from drivers.profiles import load_profiles, ProfileError as Refused\n"
    "read = lambda path: load_profiles([path])",
}
"""Each reader of a TOML file, and what it raises."""

HOSTILE = {
    "a key of 30,000 parts": b"a." * 30_000 + b"a = 1",
    "a key of 3,000 parts": b"a." * 3_000 + b"a = 1",
    "keys of 400 parts": b"\n".join(b"k%d." % n + b"a." * 400 + b"a = 1" for n in range(75)),
    "tables of 400 parts": b"\n".join(b"[k%d." % n + b"a." * 400 + b"a]" for n in range(75)),
    "a key of quoted parts": b'"a" . ' * 3_000 + b"a = 1",
    "a key after a string of four quotes": b'x = """a""""\n' + b"a." * 3_000 + b"a = 1",
    "a key behind a comment": b'# "\n' + b"a." * 3_000 + b"a = 1",
    "an integer of 4,300 digits": b"listen = " + b"1" * 4_300,
    "an integer of 5,000 digits": b"listen = " + b"1" * 5_000,
    "an integer of 4,000 hexadecimal digits": b"listen = 0x" + b"f" * 4_000,
    "lists in lists": b"a = " + b"[" * 10_000,
    "lists in lists that end": b"a = " + b"[" * 200 + b"]" * 200,
    "tables in tables": b"a = " + b"{a=" * 1_000,
    "a path that no system can open": b'data_dir = "a\\u0000b"\nidentity.crl = ["a\\u0000b"]',
    "a name of two lines": b'"a\\nb" = 1',
}

READ = """
import resource, sys
from pathlib import Path
{reader}
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
try:
    read(Path(sys.argv[1]))
except Refused as error:
    assert str(error).isprintable() and len(str(error)) < 500, str(error)[:500]
    print("refused")
"""


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_a_hostile_file_is_one_clear_error(tmp_path: Path, reader: str, content: bytes) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    script = [sys.executable, "-c", READ.format(reader=reader), str(path)]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.stdout, ended.stderr[-300:]) == ("refused\n", "")


DOTTED = ".".join("a" * 40)
HARMLESS = {
    "text": f'a = "{DOTTED}"',
    "literal text": f"a = '{DOTTED}'",
    "text of many lines": f'a = """\n{DOTTED} "{DOTTED}" """"\nb = 1',
    "literal text of many lines": f"a = '''\n{DOTTED} '{DOTTED}' ''''\nb = 1",
    "a comment": f"# {DOTTED} \" '\na = 1",
    "an escaped quotation mark": f'a = "\\"{DOTTED}"',
    "a list of addresses": "a = [" + ", ".join(f'"192.0.2.{n}"' for n in range(64)) + "]",
    "a key of many parts": ".".join("a" * MAX_DEPTH) + " = 1",
    "the largest whole number": "a = 9223372036854775807",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_only_looks_like_a_deep_key_is_read(text: str) -> None:
    assert parse_toml(text.encode())


def test_one_part_more_is_refused() -> None:
    with pytest.raises(TomlError, match=f"^has a key of more than {MAX_DEPTH} parts$"):
        parse_toml((".".join("a" * (MAX_DEPTH + 1)) + " = 1").encode())
