"""The Alembic environment of the register: `env` runs the migrations in `versions`, which are part of the package."""
