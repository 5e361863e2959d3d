"""Scenes that are checked before there is a task."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_script("0023_scene_trial.sql")
