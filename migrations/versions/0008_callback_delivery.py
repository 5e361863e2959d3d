"""Callbacks signed, in order, and held while their endpoint does not answer."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_script("0008_callback_delivery.sql")
