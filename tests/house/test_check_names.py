"""The editor and the server call the editor's checks the same."""

import re
from pathlib import Path

from groundplane.labeling.model import CHECKS

NAMES = Path(__file__).parents[2] / "web/src/model/checkNames.ts"


def test_the_checks_have_one_name_each() -> None:
    listed = re.search(r"CHECK_TITLES = \{(.*?)\}", NAMES.read_text(), re.DOTALL)
    assert listed is not None
    assert re.findall(r"^  (\w+):", listed.group(1), re.MULTILINE) == list(CHECKS)
