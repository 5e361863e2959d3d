"""Tasks that are made of another when that is completed."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_script("0009_dependents.sql")
