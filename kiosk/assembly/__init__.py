"""Make running parts out of settings: the only room that knows every other one.

What cannot be used as it is set raises `kiosk.settings.SettingsError`; how a command ends then is its own affair.
Import the module that you need: a command that only lists readers must not pay for the web or the database.
"""
