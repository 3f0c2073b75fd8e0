"""Every screen on every panel in Chromium; in ``script/test`` the slow checks take each screen on one panel alone."""

from __future__ import annotations

import subprocess
import sys

__all__ = ["run"]

_PYTEST = (sys.executable, "-m", "pytest", "-q", "tests/kiosk/web/browser/test_page_screens.py", "--every-panel")


def run(seconds: float) -> None:
    """Run them once; ``seconds`` is not asked, since that is one round. A red one ends it with status 1."""
    if subprocess.run(_PYTEST, check=False).returncode:
        raise SystemExit(1)
