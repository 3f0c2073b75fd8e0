# What the scripts share: install what is missing, and nothing when nothing is. Source it from a script in this folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
VENV=${SCRIPT_VENV:-$ROOT/.venv}
export PATH="$VENV/bin:$PATH" PYTHONDONTWRITEBYTECODE=${PYTHONDONTWRITEBYTECODE:-} PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# need PACKAGE…: Debian packages, installed only when one of them is missing.
need() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || { say "missing packages: ${missing[*]} (this script installs them on Debian only)"; exit 2; }
    say "installing: ${missing[*]}"
    as_root apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# What pyscard is compiled with (it has no binary wheel), what nfcpy reaches USB through, what lays out documents, and a Python that can make a
# virtual environment.
need_runtime() {
    local packages=(gcc libc6-dev libpcsclite-dev libusb-1.0-0 pkg-config ca-certificates)
    packages+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-morisawa-bizud-gothic fonts-noto-cjk)
    python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
    python3 -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' \
        || packages+=(python3-dev)
    need "${packages[@]}"
}

# The real PC/SC stack for a virtual card. The package puts its virtual reader, which listens on every address, into
# the system's pcscd: it is taken out again, since only private daemons on free ports may use it here.
need_virtual_reader() {
    need pcscd vsmartcard-vpcd
    if [ -e /etc/reader.conf.d/vpcd ]; then
        as_root mv /etc/reader.conf.d/vpcd /etc/vpcd.reader.conf.disabled
    fi
    as_root mkdir -p /run/pcscd
}

# need_python LOCK: a virtual environment with exactly what LOCK pins, made anew only when LOCK or pyproject changed.
need_python() {
    local lock=$1 stamp
    stamp="$VENV/.installed-$(cat "$lock" pyproject.toml | sha256sum | cut -c1-16)"
    [ ! -e "$stamp" ] || return 0
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python 3.11 or later is needed"; exit 2; }
    say "installing Python packages of $lock into ${VENV#"$ROOT"/}"
    [ -x "$VENV/bin/python" ] || python3 -m venv "$VENV"
    # The lock is whole: to resolve it again would let a newer release of an extra break it.
    "$VENV/bin/pip" install -q --require-hashes --no-deps -r "$lock"
    "$VENV/bin/pip" install -q --no-deps -e .
    touch "$stamp"
}

# What runs the kiosk; a virtual environment that has the tests' packages keeps them.
need_kiosk() {
    if [ -e "$VENV/bin/pytest" ]; then need_python requirements-test.lock; else need_python requirements.lock; fi
}

# pinned LOCK NAME…: what LOCK pins of these packages, with its hashes, in the form of a lock.
pinned() {
    local lock=$1 name
    shift
    for name in "$@"; do
        awk -v name="$name==" 'index($0, name) == 1 { on = 1 } on { print } on && !/\\$/ { exit }' "$lock"
    done
}
