"""Files and functions stay small enough to read in one sitting."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_TEST_FILE = 600
MOST_LINES_OF_A_FUNCTION = 60


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [
        ROOT / name
        for name in listed
        if name.endswith(suffixes) and ".gen." not in name and (ROOT / name).exists()
    ]


def test_files_stay_under_500_lines() -> None:
    sizes = {file: len(file.read_text().splitlines()) for file in tracked(".py", ".ts", ".tsx")}
    assert sizes
    too_long = {
        str(file.relative_to(ROOT)): lines
        for file, lines in sizes.items()
        if lines > (MOST_LINES_OF_A_TEST_FILE if "test" in file.name else MOST_LINES_OF_A_FILE)
    }
    assert not too_long


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def test_functions_stay_under_60_lines() -> None:
    too_long = {
        f"{file.relative_to(ROOT)}:{node.name}": lines
        for file in tracked(".py")
        for node in functions(file)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    }
    assert not too_long
