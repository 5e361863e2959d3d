"""Only storage commits: a transaction opens at the edge, and no function below ends it."""

import re
from pathlib import Path

import groundplane

PACKAGE = Path(groundplane.__file__).parent
ENDS = re.compile(
    r"\.(commit|rollback|set_autocommit)\(|\bautocommit\b|['\"]\s*(COMMIT|ROLLBACK)\b"
)


def ends_of_transactions(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if ENDS.search(line)]


def test_the_search_finds_what_it_is_for() -> None:
    assert ends_of_transactions('await db.commit()\nawait db.execute("COMMIT")') != []
    assert len(ends_of_transactions("connect(url, autocommit=True)\ndb.rollback()\nx = 1")) == 2


def test_nothing_outside_of_storage_commits() -> None:
    found = {
        str(file.relative_to(PACKAGE)): lines
        for file in PACKAGE.rglob("*.py")
        if file.relative_to(PACKAGE).parts[0] != "storage"
        if (lines := ends_of_transactions(file.read_text()))
    }
    assert not found
