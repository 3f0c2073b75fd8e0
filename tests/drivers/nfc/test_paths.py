"""Device paths, and the files that give each reader to one owner."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import drivers.nfc
from drivers.nfc.paths import MODELS, check_path, paths_of

UDEV = Path(drivers.nfc.__file__).parent / "udev"


@pytest.mark.parametrize(
    "path",
    ["usb", "usb:054c", "usb:054C:06C1", "usb:001:023", "tty:USB0:pn532", "tty:AMA10:arygon", "udp:127.0.0.1:54330",
     "udp:localhost:1"],
)  # fmt: skip
def test_paths_that_nfcpy_takes(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "usb:", "usb:xyz", "usb:054c:", "usb:054c:06c1:1", "usb:54c:6c1", "USB", "com:COM1:pn532", "tty", "tty:USB0",
     "tty:../../x:pn532", "udp", "udp:127.0.0.1", "udp:127.0.0.1:0", "udp:127.0.0.1:65536", "udp:127.0.0.256:1",
     "udp:10.0.0.1:5", "udp:example.org:5", "udp:0.0.0.0:5", "usb:054c:06c1\n", "x" * 5000],
)  # fmt: skip
def test_a_malformed_path_is_one_short_sentence(path: str) -> None:
    with pytest.raises(ValueError, match="is no nfcpy device path; write") as caught:
        check_path(path)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "devices", ["usb", [1], ["usb", None], ["usb"] * 1 + [f"udp:127.0.0.1:{n}" for n in range(1, 17)]]
)
def test_options_that_are_refused(devices: object) -> None:
    with pytest.raises(ValueError, match="device path"):
        paths_of({"devices": devices})


def test_without_devices_every_reader_on_usb_is_meant() -> None:
    assert paths_of({}) == paths_of({"devices": []}) == ["usb"]
    assert paths_of({"devices": ["usb:054c:06c1", "usb:054c:06c1"]}) == ["usb:054c:06c1"]


def test_the_models_are_those_that_nfcpy_drives_and_that_speak_type_b() -> None:
    from nfc.clf.device import usb_device_map

    assert set(MODELS) == {ids for ids, chip in usb_device_map.items() if chip != "pn531"}


def test_the_udev_rules_name_exactly_these_readers() -> None:
    rules = (UDEV / "70-kiosk-nfc.rules").read_text("utf-8")
    named = re.findall(r'ATTR\{idVendor\}=="(\w{4})", ATTR\{idProduct\}=="(\w{4})"', rules)
    assert sorted(named) == sorted((f"{vendor:04x}", f"{product:04x}") for vendor, product in MODELS)
    rule_lines = [line for line in rules.splitlines() if "idVendor" in line]
    assert all('MODE="0660"' in line and 'GROUP="kiosk"' in line for line in rule_lines)


def test_the_kernel_lets_go_of_them() -> None:
    lines = (UDEV / "kiosk-nfc.conf").read_text("utf-8").splitlines()
    assert {line for line in lines if not line.startswith("#")} == {
        "blacklist port100",
        "blacklist pn533_usb",
        "blacklist pn533",
    }
