"""The union's office in a browser, ``/officer`` on the staff port: server-rendered, without a script."""

from kiosk.web.officer.access import HOME as OFFICE
from kiosk.web.officer.access import LOG_IN
from kiosk.web.officer.routes import serve_office
from kiosk.web.officer.shielding import refuse_with_page
from kiosk.web.officer.uploads import LARGER_BODIES

__all__ = ["LARGER_BODIES", "LOG_IN", "OFFICE", "refuse_with_page", "serve_office"]
