"""The visit: a pure state machine. What it asks for is carried out by ``kiosk.reception.effect_runner``."""
