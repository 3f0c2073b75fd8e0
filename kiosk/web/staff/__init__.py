"""Serve the staff pages: an application of their own, on a port of their own."""

from kiosk.web.staff.app import create_staff_app

__all__ = ["create_staff_app"]
