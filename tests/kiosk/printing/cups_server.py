"""A CUPS of Debian as a private daemon on a loopback port, with printers that keep what they are sent as files.

Its back end is a script: beside the files of a printer, `empty` lets it run out of paper, and `gone` takes it away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulators.demo.command import free_port

CUPSD = shutil.which("cupsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PPD = Path("/usr/share/ppd/cupsfilters/Generic-PDF_Printer-PDF.ppd")
"""A printer that takes PDF and is sent what `pdftopdf` makes: there the pages would be scaled."""

_CARD = """*PageSize CR80/Card: ""
*PageRegion CR80/Card: ""
*ImageableArea CR80/Card: "0 0 243 153"
*PaperDimension CR80/Card: "243 153"
"""
"""What the description of a card printer has."""

_BACK_END = """#!/bin/sh
[ $# -gt 0 ] || exit 0
out=${DEVICE_URI#paper:}
[ ! -e "$out/gone" ] || { echo "ERROR: no answer" >&2; exit 1; }
if [ -e "$out/empty" ]; then
    echo "STATE: +media-empty-error" >&2
    : >"$out/waits"
    while [ -e "$out/empty" ]; do read -r _ <"$out/refilled"; done
    echo "STATE: -media-empty-error" >&2
fi
echo "$5" >>"$out/options"
cat ${6:+"$6"} >"$out/$3.part" && mv "$out/$3.part" "$out/$3"
"""

_CONF = """
Listen 127.0.0.1:{port}
LogLevel debug
DefaultAuthType None
Browsing No
WebInterface No
JobRetryInterval 1
<Location />
  Allow from 127.0.0.1
</Location>
<Policy default>
  <Limit All>
    Allow from 127.0.0.1
  </Limit>
</Policy>
"""
_FILES_CONF = """
ServerRoot {root}/conf
StateDir {root}/state
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/tmp
ServerBin {root}/bin
AccessLog {root}/log/access
ErrorLog {root}/log/error
PageLog {root}/log/page
SystemGroup {group}
"""


@dataclass(frozen=True)
class PaperPrinter:
    """A printer, and the folder of what it was sent, by the titles of the jobs."""

    queue: str
    folder: Path

    def run_out(self) -> None:
        """Take the paper out: the next job waits."""
        (self.folder / "empty").touch()
        os.mkfifo(self.folder / "refilled")

    def refill(self) -> None:
        """Put paper in: the job goes on."""
        (self.folder / "empty").unlink()
        (self.folder / "refilled").write_text("\n")

    def leave(self) -> None:
        """Do not answer any more."""
        (self.folder / "gone").touch()


@dataclass(frozen=True)
class Cups:
    """A running server."""

    root: Path
    address: str

    def client(self, *command: str) -> str:
        """Run a program of cups-client against this server; return what it prints."""
        environment = {**os.environ, "CUPS_SERVER": self.address, "LC_ALL": "C"}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60).stdout

    def printer(self, queue: str) -> PaperPrinter:
        """Add a printer."""
        folder = self.root / "out" / queue
        folder.mkdir()
        ppd = self.root / f"{queue}.ppd"
        described = PPD.read_text().partition("*PageSize Letter/")
        ppd.write_text(described[0] + _CARD + "".join(described[1:]))
        self.client("lpadmin", "-p", queue, "-E", "-v", f"paper:{folder}", "-P", str(ppd))
        return PaperPrinter(queue, folder)


@contextmanager
def running(root: Path) -> Iterator[Cups]:
    """Start a server in a folder that everybody may enter, and stop it at the end of the block.

    Its filters run as another user if it is started by root.
    """
    root.chmod(0o755)
    for name in ("conf", "state", "cache", "spool", "tmp", "log", "out", "bin/backend"):
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in ("filter", "daemon", "notifier"):
        (root / "bin" / name).symlink_to(Path("/usr/lib/cups") / name)
    back_end = root / "bin/backend/paper"
    back_end.write_text(_BACK_END)
    back_end.chmod(0o700)
    port = free_port()
    conf, files = root / "cupsd.conf", root / "cups-files.conf"
    conf.write_text(_CONF.format(port=port))
    files.write_text(_FILES_CONF.format(root=root, group="root" if os.geteuid() == 0 else "lpadmin"))
    assert CUPSD is not None
    with subprocess.Popen(
        [CUPSD, "-f", "-c", conf, "-s", files], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as daemon:
        try:
            yield _ready(Cups(root, f"127.0.0.1:{port}"), daemon)
        finally:
            daemon.terminate()


def _ready(server: Cups, daemon: subprocess.Popen[bytes]) -> Cups:
    while "is running" not in server.client("sh", "-c", "lpstat -r || sleep 0.1"):
        assert daemon.poll() is None, (server.root / "log/error").read_text()
    return server
