"""Parameters as they are shown: as given, with the documented defaults filled in."""

from collections.abc import Mapping

from groundplane.tasks.types.geometries import filled_geometries, listed_links
from groundplane.wire.values import JSON


def fill_defaults(params: Mapping[str, JSON]) -> dict[str, JSON]:
    """The defaults inside of definitions that several types share.

    Attributes without a type are categories; a category says `allow_multiple`, a number its `step`.
    """
    filled = dict(params)
    attributes = params.get("annotation_attributes")
    if isinstance(attributes, dict):
        filled["annotation_attributes"] = {n: _attribute(d) for n, d in attributes.items()}
    if "geometries" in params:
        filled["geometries"] = filled_geometries(params["geometries"])
    if "links" in params:
        filled["links"] = listed_links(params["links"])
    return filled


def _attribute(definition: JSON) -> JSON:
    if not isinstance(definition, dict):
        return definition
    filled = {"type": "category", **definition}
    if filled["type"] == "category":
        filled.setdefault("allow_multiple", False)
    elif filled["type"] == "number" and filled.get("step") is None:
        filled["step"] = 1
    return filled
