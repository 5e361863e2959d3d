"""Projects with versions, batches, teams and studio."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_script("0007_batches.sql")
