"""The rule that lets the service reach a pcscd which asks polkit, judged by a real polkitd in namespaces of its own.

Nothing of this machine is touched: the rule, the two actions and the users are mounted over polkit's folders, seen by
this polkitd alone, on a bus of its own. Everything in there ends with the one process that this test starts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.pytest_plugin import need

RULE = Path(__file__).parents[2] / "drivers/pcsc/polkit/60-kiosk-pcsc.rules"
PROGRAMS = [Path("/usr/lib/polkit-1/polkitd"), Path("/usr/libexec/polkitd")]
POLKITD = next((path for path in PROGRAMS if path.exists()), None)
USERS = {7001: "kiosk", 7002: "member", 7003: "stranger"}
SPACES = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
ACTIONS = ("access_pcsc", "access_card")

POLICY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE policyconfig PUBLIC "-//freedesktop//DTD PolicyKit Policy Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/PolicyKit/1.0/policyconfig.dtd">
<policyconfig>{actions}</policyconfig>
"""
# As in pcsc-lite's own doc/org.debian.pcsc-lite.policy: only a session at the machine may.
ACTION = """<action id="org.debian.pcsc-lite.{name}"><description>-</description><message>-</message><defaults>
<allow_any>no</allow_any><allow_inactive>no</allow_inactive><allow_active>yes</allow_active></defaults></action>"""
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/>
</policy></busconfig>
"""
# The names of a user, and whether pkcheck lets a process of theirs do each of the two.
SCRIPT = """
set -eu
cd "$1"
mount --bind rules /etc/polkit-1/rules.d
mount --bind none /usr/share/polkit-1/rules.d
mount --bind actions /usr/share/polkit-1/actions
mount --bind passwd /etc/passwd
mount --bind group /etc/group
export DBUS_SYSTEM_BUS_ADDRESS="unix:path=$1/bus"
dbus-daemon --config-file=bus.conf --nofork --nopidfile --print-address=3 3>ready &
while [ ! -s ready ]; do sleep 0.05; done
"$2" --no-debug &
gdbus wait --system --timeout 20 org.freedesktop.PolicyKit1
shift 2
for user in "$@"; do
    setpriv --reuid="$user" --regid="$user" --clear-groups sleep 60 &
    person=$!
    while [ "$(stat -c %u /proc/$person)" != "$user" ]; do sleep 0.05; done
    for action in access_pcsc access_card; do
        answer=no
        ! pkcheck --action-id "org.debian.pcsc-lite.$action" --process "$person" || answer=yes
        echo "$user $action $answer"
    done
done
"""


def lacking() -> list[str]:
    programs = [name for name in ("unshare", "dbus-daemon", "gdbus", "pkcheck", "setpriv") if not shutil.which(name)]
    programs += [] if POLKITD else ["polkitd (Debian package polkitd)"]
    return programs + ([] if os.geteuid() == 0 else ["root, who alone may mount the rule for a polkitd of its own"])


def judged(folder: Path, rule: Path | None) -> dict[tuple[str, str], str]:
    """Who may do what, with this rule or with none."""
    folder.chmod(0o755)
    for name in ("rules", "none", "actions"):
        (folder / name).mkdir()
    if rule:
        shutil.copy(rule, folder / "rules")
    actions = "".join(ACTION.format(name=name) for name in ACTIONS)
    (folder / "actions/org.debian.pcsc-lite.policy").write_text(POLICY.format(actions=actions), "ascii")
    people = "".join(f"{name}:x:{number}:{number}::/:/bin/false\n" for number, name in USERS.items())
    (folder / "passwd").write_text(Path("/etc/passwd").read_text("utf-8") + people, "utf-8")
    groups = "kiosk:x:7001:member\nmember:x:7002:\nstranger:x:7003:\n"
    (folder / "group").write_text(Path("/etc/group").read_text("utf-8") + groups, "utf-8")
    (folder / "bus.conf").write_text(BUS.format(socket=folder / "bus"), "ascii")
    command = [*SPACES, "sh", "-c", SCRIPT, "sh", str(folder), str(POLKITD), *map(str, USERS)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, timeout=120, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {(USERS[int(line[0])], line[1]): line[2] for line in lines if len(line) == 3 and line[0].isdecimal()}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own folder: polkitd, which runs as a user of its own, could not reach the rule there."""
    need(lacking())
    if subprocess.run([*SPACES, "true"], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("nothing can be mounted here for one process alone, as in a chroot")
    with tempfile.TemporaryDirectory(prefix="polkit-") as made:
        yield Path(made)


def test_the_service_and_its_group_may_and_nobody_else(folder: Path) -> None:
    allowed = {who: "yes" for who in ("kiosk", "member")} | {"stranger": "no"}
    assert judged(folder, RULE) == {(who, action): allowed[who] for who in allowed for action in ACTIONS}


def test_without_the_rule_nobody_without_a_session_may(folder: Path) -> None:
    assert set(judged(folder, None).values()) == {"no"}


def test_the_rule_names_the_two_actions_of_pcsc_lite_and_no_other() -> None:
    text = RULE.read_text("ascii")
    assert sorted(word for word in text.split('"') if word.startswith("org.")) == [
        f"org.debian.pcsc-lite.{action}" for action in sorted(ACTIONS)
    ]
    assert text.count("polkit.Result.") == 1
