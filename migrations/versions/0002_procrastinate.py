"""The job engine's tables, as procrastinate 3.10 makes them."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_script("0002_procrastinate.sql")
