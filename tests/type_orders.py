"""The least that each task type takes; the values are those that tests look for."""

from collections.abc import Mapping

HTTP = "https://data.example/0"
FRAMES = ["https://data.example/0.json", "https://data.example/1.json"]
SHAPES = {"box": {"objects_to_annotate": ["Car", "Van"]}}
OLD = {"attachment": HTTP, "objects_to_annotate": ["Car", "Van"]}

ORDERS: Mapping[str, Mapping[str, object]] = {
    "lidarannotation": {"attachments": FRAMES, "labels": ["Car"]},
    "lidarsegmentation": {"attachments": FRAMES, "labels": ["Car", "Road"]},
    "lidarlinking": {
        "lidar_task": "c" * 24,
        "annotation_type": "imageannotation",
        "instruction": "Tighten the boxes.",
        "geometries": SHAPES,
        "default_geometry": "box",
    },
    "lidartopdown": {
        "project": "ground",
        "attachments": FRAMES,
        "region_of_interest_3d": {
            "position": {"x": 5, "y": 6},
            "dimensions": {"x": 10, "y": 20},
        },
        "geometries": {"polygon": {"objects_to_annotate": ["Drivable"]}},
    },
    "sensorfusion": {
        "project": "scenes",
        "attachments": ["https://data.example/scene.sfs"],
        "scene_format": "sensor_fusion",
        "instruction": "Label all the things.",
        "callback_url": "https://hooks.example/cb",
        "annotation_definition": [{"type": "cuboid", "labels": ["Car"]}],
        "is_frameless": True,
    },
    "multistage": {"project": "stages", "attachments": FRAMES, "scene_format": "split_base64"},
    "annotation": OLD,
    "polygonannotation": OLD,
    "lineannotation": OLD,
    "pointannotation": OLD,
    "cuboidannotation": OLD,
    "imageannotation": {"attachment": HTTP, "geometries": SHAPES},
    "segmentannotation": {"attachment": HTTP, "labels": ["Car", "Road"]},
    "laneannotation": {"attachment": HTTP},
    "videoannotation": {"attachments": FRAMES, "geometries": SHAPES},
    "federal2dvideoannotation": {"attachments": FRAMES, "geometries": SHAPES},
    "videoboxannotation": {"attachments": FRAMES, "objects_to_annotate": ["Car"]},
    "videocuboidannotation": {
        "attachments": FRAMES,
        "geometries": {"cuboid": {"objects_to_annotate": ["Car"]}},
    },
    "videoplaybackannotation": {"attachment": HTTP, "geometries": SHAPES},
    "categorization": {"attachment": HTTP, "categories": ["public", "private"]},
    "comparison": {"attachments": FRAMES, "choices": ["yes", "no"]},
    "transcription": {"attachment": HTTP, "fields": {"title": "Title of the page"}},
    "datacollection": {"fields": {"hiring_page": "Address of the hiring page"}},
    "documenttranscription": {
        "attachment": HTTP,
        "features": [{"type": "block", "label": "barcode"}],
    },
    "documentmodel": {"attachment": HTTP},
    "namedentityrecognition": {
        "text": "Ada wrote it",
        "labels": [{"name": "Person", "description": "who"}],
    },
    "textcollection": {"fields": [{"field_id": "mood", "type": "text", "title": "Mood"}]},
    "chat": {},
    "chatexperimental": {},
    "chatlite": {},
    "multichat": {},
}
