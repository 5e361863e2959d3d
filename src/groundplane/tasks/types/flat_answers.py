"""Small answers for a test key to the types of flat.py, from the params alone.

Where an answer of Scale's to a test key is on record (categorization, comparison, transcription,
segmentannotation), ours has its shape.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from groundplane.annotations.taxonomy import leaves
from groundplane.tasks.types.definitions import LabelDescription, read_labels
from groundplane.tasks.types.geometries import Geometry, made_up
from groundplane.tasks.types.kind import Answer, ResultFile, json_file
from groundplane.wire.values import JSON

Params = Mapping[str, Any]

TEXT = "test response"
COLORS = ("#ff0000", "#ffff00", "#00ff00", "#00ffff", "#0000ff", "#ff00ff")
# One grey pixel of value 0: no label.
UNLABELED_PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\xdac`\0\0\0\x02\0\x01\xe5'\xde\xfc\0\0\0\0IEND\xaeB`\x82"
)


def shape(name: str, params: Params) -> Answer:
    """One shape with the first label."""
    label = _names(params["objects_to_annotate"])[0]
    return {"annotations": [made_up(name, label)]}


def shapes(params: Params) -> Answer:
    """One of each shape that has a label."""
    return {
        "annotations": _made_up(params["geometries"]),
        "links": [],
        "global_attributes": {},
        "is_customer_fix": False,
    }


def segments(params: Params) -> Answer:
    """A picture of one pixel without a label, however large the customer's is."""
    picture = ResultFile(UNLABELED_PNG, "image/png")
    mapping = {
        name: {"index": index, "color": COLORS[(index - 1) % len(COLORS)]}
        for index, name in enumerate(_names(params["labels"]), start=1)
    }
    return {
        "annotations": {
            "unlabeled": picture,
            "labeled": {},
            "combined": {"image": picture, "indexedImage": picture},
        },
        "labelMapping": mapping,
    }


def video(params: Params) -> Answer:
    """One of each shape in every frame; a video file counts as one frame."""
    geometries: Mapping[str, Geometry] = params["geometries"] or {}
    boxes = [made_up("box", _names(params["objects_to_annotate"])[0])] if not geometries else []
    frame = {"annotations": [*boxes, *_made_up(geometries)]}
    frames = [frame for _ in params["attachments"] or [None]]
    return {"annotations": {"url": json_file(frames)}}


def video_playback(params: Params) -> Answer:
    """One of each shape from the first frame on, and no events."""
    tracks: dict[str, JSON] = {}
    for annotation in _made_up(params["geometries"]):
        place = {n: v for n, v in annotation.items() if n not in ("uuid", "label", "type")}
        tracks[str(annotation["uuid"])] = {
            "label": annotation["label"],
            "geometry": annotation["type"],
            "frames": [{"key": 0, "timestamp": 0, **place}],
        }
    no_events: list[JSON] = []
    return {
        "annotations": {"url": json_file(tracks)},
        "events": {"url": json_file(no_events)},
    }


def category(params: Params) -> Answer:
    first = _names(params["categories"])[0]
    return {"category": [first] if params["allow_multiple"] else first}


def choice(params: Params) -> Answer:
    if params["choices"]:
        return {"choice": _names(params["choices"])[0]}
    return texts(params)


def texts(params: Params) -> Answer:
    """The same words in every field, and one row of the repeatable ones."""
    answer: dict[str, object] = {"fields": dict.fromkeys(params["fields"] or {}, TEXT)}
    if rows := params.get("repeatable_fields"):
        answer["repeatable_fields"] = [dict.fromkeys(rows, TEXT)]
    return answer


def entity(params: Params) -> Answer:
    """The first word is the first label."""
    first = params["labels"][0]
    words = params["text"].split()
    word = words[0] if words else params["text"]
    start = params["text"].index(word)
    label = first if isinstance(first, str) else first.name
    found = {"label": label, "text": word, "start": start, "end": start + len(word)}
    return {"annotations": [found]}


def questions(params: Params) -> Answer:
    answered = {
        one.field_id: {"type": one.type, "field_id": one.field_id, "response": [[TEXT]]}
        for one in params["fields"]
    }
    return {"annotations": answered}


def no_annotations(params: Params) -> Answer:
    del params
    return {"annotations": []}


def _names(described: Sequence[str | LabelDescription]) -> list[str]:
    return leaves(read_labels("labels", described))


def _made_up(geometries: Mapping[str, Geometry]) -> list[dict[str, JSON]]:
    return [
        made_up(name, _names(one.objects_to_annotate)[0], number)
        for number, (name, one) in enumerate(geometries.items(), start=1)
        if one.objects_to_annotate
    ]
