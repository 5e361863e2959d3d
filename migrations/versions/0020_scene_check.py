"""What the doctor found in each task's scene."""  # noqa: INP001 - Alembic loads it by path

from groundplane.storage.migrate import run_script

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_script("0020_scene_check.sql")
