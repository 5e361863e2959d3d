"""Run a journey of web/journeys in Chromium; its output is the failure's text."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "web"


def run_journey(name: str, plan: Mapping[str, object], folder: Path) -> None:
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    done = subprocess.run(
        ["npx", "vitest", "run", "--config", "journeys/vitest.config.ts", name],
        cwd=WEB,
        env={**os.environ, "JOURNEY_PLAN": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
