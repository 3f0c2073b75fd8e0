"""The staff pages, whose sessions the office has too. ``kiosk.web.staff_port`` serves both on a port of their own."""
