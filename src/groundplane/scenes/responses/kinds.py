"""Which answer a JSON file is, by what is in it."""

from typing import Any, Final, Literal, cast

import msgspec

from groundplane.scenes.formats.unreadable import UnreadableFile

ResponseKind = Literal["cuboids", "segmentation", "linking", "topdown"]
Tree = Any

# What the documentation's sample calls it, and what its prose does.
POINT_KEYS: Final = ("point_objects", "point_labels")
_NOT_OF_FRAMES: Final = (*POINT_KEYS, "annotations", "frames")


def may_be_response(content: bytes) -> bool:
    """Whether to look: a frame of JSON is an object with points, and large."""
    first = content.lstrip()[:1]
    names = (f'"{name}"'.encode() for name in _NOT_OF_FRAMES)
    return first == b"[" or (
        first == b"{" and b'"points"' not in content and any(name in content for name in names)
    )


def read_json(content: bytes, name: str) -> Tree:
    """The tree of a JSON file.

    Raises:
        UnreadableFile: not JSON.
    """
    try:
        return msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFile(name, "", f"Invalid JSON Format: {error}.") from error


def kind_of(tree: Tree) -> ResponseKind | None:
    """None: of no task type that we know. A list of nothing is an answer without cuboids."""
    if isinstance(tree, list):
        frames = cast("list[Tree]", tree)
        if any(isinstance(frame, dict) and "camera_responses" in frame for frame in frames):
            return "linking"
        whole = all(isinstance(frame, dict) and "cuboids" in frame for frame in frames)
        return "cuboids" if whole else None
    if not isinstance(tree, dict):
        return None
    if isinstance(tree.get("objects"), list) and any(key in tree for key in POINT_KEYS):
        return "segmentation"
    return "topdown" if isinstance(tree.get("annotations"), list) else None
