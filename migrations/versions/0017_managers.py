"""People who leave, groups that change, and who gave a project its parameters."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_script("0017_managers.sql")
