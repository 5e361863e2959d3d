"""Frames that are part of a stored scene file."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0019"
down_revision = "0017"


def upgrade() -> None:
    run_script("0019_scene_files.sql")
