"""Rules that no linter knows, each with one home for what it guards."""

import ast
import re
from pathlib import Path

from groundplane.tasks.types import KNOWN_WORDS

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/groundplane"


def modules(*, outside: tuple[str, ...] = ()) -> list[Path]:
    return [
        file
        for file in sorted(SOURCE.rglob("*.py"))
        if not str(file.relative_to(SOURCE)).startswith(outside)
    ]


def test_only_storage_commits() -> None:
    pattern = re.compile(r"\.(commit|rollback)\(")
    assert not [f for f in modules(outside=("storage/",)) if pattern.search(f.read_text())]


def test_transactions_open_at_the_edge_only() -> None:
    edges = re.compile(
        r"(routes|jobs|commands|instance|demo|scale_import|app|worker|reaper|running)\.py$|^jobs/"
    )
    assert not [
        name
        for f in modules(outside=("storage/",))
        if "database.transaction(" in f.read_text()
        and not edges.search(name := str(f.relative_to(SOURCE)))
    ]


def test_only_settings_reads_the_environment() -> None:
    """The others hand the whole environment on to a child, or set what OpenCV reads of it."""
    handing_on = (
        "settings.py",
        "orders.py",
        "start.py",
        "serve.py",
        "storage/process.py",
        "jobs/child.py",
        "scenes/formats/videos.py",
    )
    pattern = re.compile(r"os\.environ|getenv")
    assert not [f for f in modules(outside=handing_on) if pattern.search(f.read_text())]


def test_only_fetch_and_storage_open_connections() -> None:
    """serve.py asks its own /readyz."""
    pattern = re.compile(
        r"^\s*(import|from) (httpcore|httpx|requests|urllib\.request|aiohttp)\b", re.MULTILINE
    )
    outside = ("fetch/", "serve.py")
    assert not [f for f in modules(outside=outside) if pattern.search(f.read_text())]


def test_task_types_are_named_in_their_own_modules_only() -> None:
    """A longer text may mention a type; a string that is one is a decision by type."""
    found = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in modules(outside=("tasks/types/",))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant)
        and node.value in KNOWN_WORDS
        and node.value not in {"annotation", "comparison", "transcription", "categorization"}
    ]
    assert not found


def test_every_setting_is_in_the_docs() -> None:
    names = set(re.findall(r"GROUNDPLANE_[A-Z_]+", (SOURCE / "settings.py").read_text()))
    documented = (ROOT / "docs/reference/settings.md").read_text()
    assert names
    assert not {name for name in names if name not in documented}


def test_every_task_type_is_in_the_docs() -> None:
    from groundplane.tasks.types import TASK_TYPES  # noqa: PLC0415 - beside its use

    documented = (ROOT / "docs/reference/task-types.md").read_text()
    assert not [kind.name for kind in TASK_TYPES if f"`{kind.name}`" not in documented]


def test_user_text_becomes_html_in_one_place_only() -> None:
    pattern = re.compile(r"innerHTML|dangerouslySetInnerHTML|insertAdjacentHTML|document\.write")
    sources = [*(ROOT / "web/src").rglob("*.ts"), *(ROOT / "web/src").rglob("*.tsx")]
    assert sources
    assert not [str(f) for f in sources if pattern.search(f.read_text())]
    renderers = [f.name for f in sources if "react-markdown" in f.read_text()]
    assert renderers == ["Markdown.tsx"]
