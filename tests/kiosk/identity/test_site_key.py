"""The file of the site key."""

from __future__ import annotations

import os
import stat

import pytest

from kiosk.identity import SiteKeyError, binding_key, create_site_key, load_site_key, rotate_site_key, wrap_binding_key

KEY = bytes(range(32))


@pytest.fixture
def private(tmp_path):
    def write(content: bytes, mode: int = 0o600):
        path = tmp_path / "site-key"
        path.write_bytes(content)
        path.chmod(mode)
        return path

    return write


def test_a_new_key_is_random_private_and_readable(tmp_path):
    old_mask = os.umask(0)
    try:
        for name in ("one", "two"):
            create_site_key(tmp_path / name)
    finally:
        os.umask(old_mask)
    one, two = (load_site_key(tmp_path / name) for name in ("one", "two"))
    assert (len(one), len(two), one == two) == (32, 32, False)
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600
    assert sorted(item.name for item in tmp_path.iterdir()) == ["one", "two"]


def test_an_existing_key_is_never_overwritten(tmp_path):
    path = tmp_path / "site-key"
    create_site_key(path)
    before = path.read_bytes()
    with pytest.raises(SiteKeyError, match="File exists"):
        create_site_key(path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["site-key"]


def test_nowhere_to_write_is_an_error(tmp_path):
    with pytest.raises(SiteKeyError, match="No such file"):
        create_site_key(tmp_path / "none" / "site-key")


@pytest.mark.parametrize(
    "content", [KEY.hex().encode(), KEY.hex().encode() + b"\n", KEY.hex().upper().encode() + b"\n"]
)
def test_reads_one_line_of_hexadecimal_digits(content, private):
    assert load_site_key(private(content)) == KEY


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o700])
def test_private_modes_are_taken(mode, private):
    assert load_site_key(private(KEY.hex().encode(), mode)) == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o666])
def test_a_file_open_to_others_is_refused(mode, private):
    with pytest.raises(SiteKeyError, match="mode 0600"):
        load_site_key(private(KEY.hex().encode(), mode))


def test_a_file_of_another_user_is_refused(private, mocker):
    path = private(KEY.hex().encode())
    os.chown(path, 4711, -1) if os.geteuid() == 0 else mocker.patch("os.geteuid", return_value=4711)
    with pytest.raises(SiteKeyError, match="another user"):
        load_site_key(path)


WRONG = {
    "empty": b"",
    "too short": KEY.hex().encode()[:-2],
    "too long": KEY.hex().encode() + b"00",
    "not hexadecimal": b"zz" * 32,
    "raw bytes of another length": KEY[:-1],
    "an empty line": KEY.hex().encode() + b"\n\n",
    "two on one line": KEY.hex().encode() * 2,
    "too many": (KEY.hex().encode() + b"\n") * 65,
    "endless": b"00" * 10_000,
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_key_is_refused_and_not_shown(name, private):
    path = private(WRONG[name])
    with pytest.raises(SiteKeyError) as caught:
        load_site_key(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert KEY.hex()[:16] not in str(caught.value)
    assert caught.value.path == path


def test_what_is_not_there_is_an_error(tmp_path):
    with pytest.raises(SiteKeyError, match="No such file"):
        load_site_key(tmp_path / "none")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_refused_without_blocking(make, tmp_path):
    make(tmp_path / "site-key")
    with pytest.raises(SiteKeyError):
        load_site_key(tmp_path / "site-key")


def test_rotation_adds_a_part_and_what_was_stored_is_wrapped_with_it(tmp_path, leaf):
    path = tmp_path / "site-key"
    create_site_key(path)
    stored = binding_key(leaf.certificate, load_site_key(path))
    part = rotate_site_key(path)
    assert load_site_key(path)[32:] == part
    assert wrap_binding_key(stored, part) == binding_key(leaf.certificate, load_site_key(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["site-key"]


def test_a_rotation_that_fails_leaves_the_file_as_it_was(tmp_path, mocker):
    path = tmp_path / "site-key"
    create_site_key(path)
    before = path.read_bytes()
    mocker.patch("os.fsync", side_effect=OSError(28, "No space left on device"))
    with pytest.raises(SiteKeyError, match="No space left"):
        rotate_site_key(path)
    assert path.read_bytes() == before


def test_just_32_bytes_are_a_key_of_one_generation(private):
    assert load_site_key(private(KEY)) == KEY
