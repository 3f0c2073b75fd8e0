# Functions for the scripts of this folder, to be sourced: they install what is missing, and nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
VENV=${SCRIPT_VENV:-$ROOT/.venv}
export PATH="$VENV/bin:$PATH" PYTHONDONTWRITEBYTECODE=${PYTHONDONTWRITEBYTECODE:-} PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# need PACKAGE…: install these Debian packages if one of them is missing.
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

# Install what compiles pyscard (it has no binary wheel), the library through which nfcpy uses USB, what lays out
# documents, and a Python that can make a virtual environment.
need_runtime() {
    local packages=(gcc libc6-dev libpcsclite-dev libusb-1.0-0 pkg-config ca-certificates)
    packages+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-morisawa-bizud-gothic fonts-noto-cjk fonts-ipamj-mincho)
    python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)
    python3 -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' \
        || packages+=(python3-dev)
    need "${packages[@]}"
}

# Install the real PC/SC stack for a virtual card. The package adds its virtual reader, which listens on every address,
# to the system's pcscd. It is removed from there, since only private daemons on free ports may use it here.
need_virtual_reader() {
    need pcscd vsmartcard-vpcd
    if [ -e /etc/reader.conf.d/vpcd ]; then
        as_root mv /etc/reader.conf.d/vpcd /etc/vpcd.reader.conf.disabled
    fi
    as_root mkdir -p /run/pcscd
}

# Install what the tests compare with: other programs for cards, papers and databases, and a browser.
need_test_programs() {
    need opensc opensc-pkcs11 pcsc-tools openssl curl chromium
    need fonts-morisawa-bizud-gothic fonts-noto-cjk fonts-ipamj-mincho fonts-noto-core
    need postgresql sqlite3 systemd poppler-utils zbar-tools opus-tools cups-daemon cups-client cups-filters
    need polkitd dbus-daemon libglib2.0-bin
}

# need_python LOCK: make a virtual environment with exactly what LOCK pins, only if LOCK or pyproject changed.
need_python() {
    local lock=$1 stamp
    stamp="$VENV/.installed-$(cat "$lock" pyproject.toml | sha256sum | cut -c1-16)"
    [ ! -e "$stamp" ] || return 0
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python 3.11 or later is needed"; exit 2; }
    say "installing Python packages of $lock into ${VENV#"$ROOT"/}"
    [ -x "$VENV/bin/python" ] || python3 -m venv "$VENV"
    # The lock is complete; resolving again would let a newer release of an extra break it.
    "$VENV/bin/pip" install -q --require-hashes --no-deps -r "$lock"
    "$VENV/bin/pip" install -q --no-deps -e .
    touch "$stamp"
}

# Install what runs the kiosk; a virtual environment that has the tests' packages keeps them.
need_kiosk() {
    if [ -e "$VENV/bin/pytest" ]; then need_python requirements-test.lock; else need_python requirements.lock; fi
}

# Compile this clone's packages: the service's user may not write beside them, and each start would compile them anew.
compile_packages() {
    "$VENV/bin/python" -m compileall -q kiosk drivers simulators
}

# pinned LOCK NAME…: print what LOCK pins of these packages, with hashes, in the form of a lock.
pinned() {
    local lock=$1 name
    shift
    for name in "$@"; do
        awk -v name="$name==" 'index($0, name) == 1 { on = 1 } on { print } on && !/\\$/ { exit }' "$lock"
    done
}

# tested OPTION…: run pytest. A test of real daemons may come too late on a busy machine: up to three tests that failed are
# run again, alone. Each is named, since a test that passes only alone has to be mended.
tested() {
    local kept=.pytest_cache/v/cache/lastfailed status=0 failed
    rm -f "$kept"
    pytest "$@" || status=$?
    [ "$status" = 1 ] && [ -e "$kept" ] || return "$status"
    failed=$(python3 -c 'import json, sys; print(*json.load(open(sys.argv[1])), sep="\n")' "$kept")
    [ "$(wc -l <<<"$failed")" -le 3 ] || return 1
    say "failed beside other tests, and run again alone:" "$failed"
    pytest --last-failed || return 1
    say "passed only alone, and has to be mended:" "$failed"
}
