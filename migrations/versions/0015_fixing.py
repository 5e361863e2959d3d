"""Work that is fixed or recalled after it was delivered."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_script("0015_fixing.sql")
