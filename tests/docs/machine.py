"""A machine in one folder: the paths of the pages are moved there, and bash runs the pages' blocks on it.

The account that runs the tests plays the system's user ``kiosk``: what is done as that user, or made for it, is done by
that account. ``groupadd`` and ``useradd`` write to the machine's own ``/etc``. ``systemctl`` starts and stops the
program of the machine's unit. What would change the kernel, the packages or the clone is only noted down: RECORDED.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kiosk.audit import Entry, Journal, journal_path
from kiosk.identity import load_site_key
from simulators.demo.command import free_port

__all__ = ["CLONE", "MOVED", "RECORDED", "STOOD_IN", "Machine", "append"]

CLONE: Final = Path(__file__).parents[2]

MOVED: Final = (
    *("/etc/kiosk", "/etc/modprobe.d", "/etc/polkit-1", "/etc/systemd/system", "/etc/udev/rules.d"),
    *("/media/safe", "/opt/kiosk", "/var/backups/kiosk", "/var/lib/kiosk"),
)
"""Folders of the pages that are folders of the machine."""

RECORDED: Final = ("apt-get", "git", "modprobe", "udevadm")
"""Commands that are noted down instead of run; the tests check what they were given."""

_AS_ONESELF = """
    arguments=(); before=
    for argument in "$@"; do
        case "$before $argument" in
            "-g kiosk") argument=$(id -g) ;;
            *" kiosk") argument=$([ "${0##*/}" = chgrp ] && id -g || id -u) ;;
            *" kiosk:kiosk") argument=$(id -u):$(id -g) ;;
        esac
        arguments+=("$argument"); before=$argument
    done
    exec "/usr/bin/${0##*/}" "${arguments[@]}"
"""
_IN_ITS_OWN_ETC = 'exec "/usr/sbin/${0##*/}" "$@" --prefix "$MACHINE"'
_SYSTEMCTL = """
    run=$MACHINE/run/service unit=$MACHINE/etc/systemd/system/kiosk.service
    start() {
        # Who holds the lock runs: it is let go of at the very end of the process. The first line says that it listens.
        exec 9>"$run.lock"; flock -n 9 || return 0
        : >"$run.log"
        $(sed -n "s:^ExecStart=::p" "$unit" | sed "s: /: $MACHINE/:g; s:^/:$MACHINE/:") >>"$run.log" 2>&1 </dev/null &
        echo $! >"$run.pid"
        grep -q . <(exec tail --pid=$! --lines=+1 --follow "$run.log" 2>/dev/null)
    }
    stop() { [ ! -e "$run.pid" ] || { kill "$(cat "$run.pid")"; rm "$run.pid"; flock "$run.lock" true; }; }
    case "$*" in
        daemon-reload) ;;
        "enable --now kiosk" | "start kiosk") [ -e "$unit" ] && start ;;
        "stop kiosk") stop ;;
        *) echo "systemctl $*: the tests of the pages do not know it" >&2; exit 64 ;;
    esac
"""
_CHROMIUM = """
    exec /usr/bin/chromium "$@" --headless --no-sandbox --disable-gpu --user-data-dir="$MACHINE/run/chromium" --dump-dom
"""
STOOD_IN: Final = {
    **dict.fromkeys(("chgrp", "chown", "install"), _AS_ONESELF),
    **dict.fromkeys(("groupadd", "useradd"), _IN_ITS_OWN_ETC),
    "runuser": 'shift 3; exec "$@"',
    "sudo": '[ "$1" = -u ] && export PGUSER=$2 && shift 2; exec "$@"',
    "systemctl": _SYSTEMCTL,
    "chromium": _CHROMIUM,
}
"""What plays a command that is run with other means than on a real machine."""

_RECORD = 'echo "${0##*/} $*" >>"$MACHINE/calls"'


@dataclass(frozen=True, slots=True)
class Machine:
    """The folder, and where its kiosk listens: the visitor's page and the staff's."""

    root: Path
    listen: str
    staff: str

    @classmethod
    def make(cls, root: Path) -> Machine:
        """Make one with a clone at ``/opt/kiosk`` and nothing else; its ``script/install`` finds a recorded pip."""
        machine = cls(root, f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}")
        for folder in (
            "etc/systemd/system",
            "etc/udev/rules.d",
            "etc/modprobe.d",
            "etc/polkit-1/rules.d",
            "media/safe",
        ):
            (root / folder).mkdir(parents=True)
        for folder in ("bin", "run", "opt/kiosk", "opt/kiosk/.venv/bin"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        for name in ("passwd", "group", "shadow", "gshadow"):
            (root / "etc" / name).touch()
        for item in ("drivers", "kiosk", "pyproject.toml", "requirements.lock", "requirements-test.lock", "script"):
            (root / "opt/kiosk" / item).symlink_to(CLONE / item)
        machine._put_programs()
        return machine

    @property
    def clone(self) -> Path:
        """Where the blocks begin."""
        return self.root / "opt/kiosk"

    @property
    def calls(self) -> list[str]:
        """The commands that were noted down, with what they were given."""
        noted = self.root / "calls"
        return noted.read_text("utf-8").splitlines() if noted.exists() else []

    def forget_calls(self) -> None:
        """Empty ``calls``."""
        (self.root / "calls").unlink(missing_ok=True)

    def moved(self, text: str) -> str:
        """Return text of a page with the paths and ports of this machine."""
        for folder in MOVED:
            text = text.replace(folder, f"{self.root}{folder}")
        return text.replace("127.0.0.1:8460", self.listen).replace("127.0.0.1:8461", self.staff)

    def run(self, script: str, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a block of a page as bash would run it line by line, ending at the first command that fails."""
        own = {"PATH": f"{self.root}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "MACHINE": str(self.root), "LANG": "C.UTF-8"}
        # The machine has no pcscd; a group or world that may read what is made shows as on any Debian.
        own |= {"HOME": str(self.root), "PCSCLITE_CSOCK_NAME": f"{self.root}/none"}
        return subprocess.run(
            ["bash", "-c", f"umask 022; set -euo pipefail\n{self.moved(script)}"],
            cwd=self.clone,
            env=own | environ,
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def _put_programs(self) -> None:
        """Put the programs into ``/bin`` of the machine, and those of the clone where an installation puts them."""
        for name, body in STOOD_IN.items():
            self._put(f"bin/{name}", body)
        for name in RECORDED:
            self._put(f"bin/{name}", _RECORD)
        installed = self.clone / ".venv/bin"
        self._put("opt/kiosk/.venv/bin/pip", _RECORD)
        (installed / "python").symlink_to(sys.executable)
        for name, package in {"kiosk": "kiosk", "simulate": "simulators"}.items():
            main = f"import sys; sys.argv[0] = '{name}'; from {package}.cli import main; main()"
            self._put(f"opt/kiosk/.venv/bin/{name}", f'exec "{sys.executable}" -c "{main}" "$@"')
            (self.root / "bin" / name).symlink_to(installed / name)

    def _put(self, path: str, body: str) -> None:
        file = self.root / path
        file.write_text(f"#!/bin/bash\n{body}\n", "utf-8")
        file.chmod(0o755)


def append(data: str) -> None:
    """Write an entry to the journal in the folder of a kiosk's data, as a visit does."""
    now = datetime.now(UTC)
    journal = journal_path(Path(data), "1")
    with closing(Journal.open(journal, "1", load_site_key(Path(data) / "site-key"), now=now)) as opened:
        opened.append(Entry(now, 1))
