"""What a reader may do with any bytes: read them, or refuse them with its own error.

Run as a script it lets atheris look for bytes that break this, led by which lines they reach:
`python tests/scenes/fuzz_readers.py READER CORPUS -max_total_time=60`. What it finds is written
beside it as crash-…; finds that show something new belong into `corpus/READER.txt`, one a line.
"""

import base64
import importlib
import io
import re
import struct
import sys
from collections.abc import Callable
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
# The parts that read: all else only makes the search slower. What numba compiles cannot be
# instrumented: of it the search sees only what comes out.
INSTRUMENTED = "groundplane.scenes.formats"
COMPILED = ("frame_scanner", "lidar_frame_wire", "number_text")
NUMBER = re.compile(rb"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def try_frame_json(content: bytes) -> None:
    """The scanner and the reader of text say the same of everything."""
    from frames import assert_same  # noqa: PLC0415 - atheris must see the imports

    from groundplane.errors import AttachmentUnreadable  # noqa: PLC0415 - likewise
    from groundplane.scenes.formats.frame_json import (  # noqa: PLC0415 - likewise
        read_frame,
        read_frame_by_text,
    )

    try:
        frame = read_frame(content)
    except AttachmentUnreadable:
        try:
            read_frame_by_text(content)
        except AttachmentUnreadable:
            return
        raise
    assert_same(frame, read_frame_by_text(content))


def try_protobuf(content: bytes) -> None:
    from groundplane.errors import AttachmentUnreadable  # noqa: PLC0415 - likewise
    from groundplane.scenes.formats.lidar_frame import (  # noqa: PLC0415 - likewise
        head_tree,
        read_lidar_frame,
    )

    for read in (read_lidar_frame, head_tree):
        try:
            read(content)
        except AttachmentUnreadable:
            continue


def try_sfs(content: bytes) -> None:
    from groundplane.scenes.formats.json_binary import read_container  # noqa: PLC0415 - likewise
    from groundplane.scenes.formats.sfs_reader import read_sfs  # noqa: PLC0415 - likewise
    from groundplane.scenes.formats.unreadable import UnreadableFile  # noqa: PLC0415 - likewise

    try:
        read_sfs(read_container(content, "x.sfs"))
    except UnreadableFile:
        return


def try_sfa(content: bytes) -> None:
    """What is read is written, and read again the same."""
    from format_trees import described  # noqa: PLC0415 - likewise

    from groundplane.scenes.formats.json_binary import read_container  # noqa: PLC0415 - likewise
    from groundplane.scenes.formats.sfa_reader import read_sfa  # noqa: PLC0415 - likewise
    from groundplane.scenes.formats.sfa_writer import write_sfa  # noqa: PLC0415 - likewise
    from groundplane.scenes.formats.unreadable import UnreadableFile  # noqa: PLC0415 - likewise

    try:
        file = read_sfa(read_container(content, "x.sfa"))
    except UnreadableFile:
        return
    first, second = io.BytesIO(), io.BytesIO()
    write_sfa(file, first)
    again = read_container(first.getvalue(), "again.sfa")
    write_sfa(read_sfa(again), second)
    assert described(read_container(second.getvalue(), "twice.sfa").root) == described(again.root)


def try_number(content: bytes) -> None:
    """What is taken for a number is one of JSON's, and the double nearest to it."""
    import numpy as np  # noqa: PLC0415 - likewise

    from groundplane.scenes.formats.number_text import (  # noqa: PLC0415 - likewise
        DECIMAL,
        INTEGER,
        read_number,
    )

    text = np.frombuffer(content, np.uint8)
    kind, after, value, whole = read_number(text, 0, len(text))
    assert 0 <= after <= len(content)
    if kind not in (INTEGER, DECIMAL):
        return
    taken = content[:after]
    assert NUMBER.fullmatch(taken), taken
    assert struct.pack("<d", value) == struct.pack("<d", float(taken)), taken
    assert kind != INTEGER or whole == int(taken)


READERS: dict[str, Callable[[bytes], None]] = {
    "frame_json": try_frame_json,
    "protobuf": try_protobuf,
    "sfs": try_sfs,
    "sfa": try_sfa,
    "number": try_number,
}


def kept(reader: str) -> list[bytes]:
    """The corpus: base64, one input a line."""
    lines = (CORPUS / f"{reader}.txt").read_text().split()
    return [base64.b64decode(line) for line in lines]


def main(reader: str, *options: str) -> None:
    """Never returns: libFuzzer ends the process."""
    atheris = importlib.import_module("atheris")
    compiled = {f"{INSTRUMENTED}.{name}" for name in COMPILED}
    for name in compiled:
        importlib.import_module(name)
    for name in [*sys.modules]:  # what they brought along is to be instrumented
        if name.startswith(f"{INSTRUMENTED}.") and name not in compiled:
            del sys.modules[name]
    with atheris.instrument_imports(include=[INSTRUMENTED], enable_loader_override=False):
        READERS[reader](b"")
    atheris.Setup([sys.argv[0], *options], READERS[reader])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
