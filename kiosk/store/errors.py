"""Errors of the database, split by who can do something about them."""


class RegistryError(Exception):
    """The database cannot serve: not there, not migrated, busy, full, or not ours. For the administrator."""


class RegistryBusy(RegistryError):
    """Another program is writing and did not end within the limit: the same call may succeed later."""


class RegistrySilent(RegistryError):
    """The database has not answered within its limit: frozen, overloaded, or its network is gone. It may come back."""


class RegistryUnsure(RegistryError):
    """The database was lost while it ended a change: nobody knows whether the change is there. Look before a repeat."""


class RegistryFull(RegistryError):
    """There is no room left for the database or its temporary files."""


class RegistryMismatch(RegistryError):
    """The database answers but does not fit the settings (another schema or site key). Waiting does not help."""
