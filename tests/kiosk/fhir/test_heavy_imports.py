"""The FHIR library waits until somebody asks: a start of the kiosk does not load it."""

import subprocess
import sys


def test_the_service_starts_without_the_library() -> None:
    code = "import sys, kiosk.assembly.application; sys.exit('fhir' in sys.modules or 'fhir_core' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
