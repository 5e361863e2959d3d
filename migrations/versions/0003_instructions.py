"""Pictures of instructions, and which version a person saw."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_script("0003_instructions.sql")
