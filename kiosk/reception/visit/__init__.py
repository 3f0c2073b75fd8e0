"""The visit: a pure state machine. What it asks for is carried out in ``kiosk.reception.service``."""
