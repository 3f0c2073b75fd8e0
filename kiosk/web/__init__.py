"""Serve the web: the visitor's screens, the API, and the shield in front of both."""

from kiosk.web.app import create_app
from kiosk.web.models import published_visit
from kiosk.web.server import make_server, serving_beside

__all__ = ["create_app", "make_server", "published_visit", "serving_beside"]
