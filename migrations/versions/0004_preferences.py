"""What a person prefers in the workstation."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_script("0004_preferences.sql")
