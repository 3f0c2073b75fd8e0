"""The Alembic environment of the register: `env` runs the steps in `versions`, which ship with the package."""
