"""What the command line asks about annotations, without importing what converts them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class AnnotationOptions:
    """Neither an .sfa file nor a response of a lidar task says these.

    Attributes:
        scene: the scene that was labeled: its times, its sensors, its cameras.
        rate: frames a second, without a scene.
        angles: the unit of angles in .sfa files.
        response: which response to write; the first that the annotations make, if not given.
    """

    scene: Path | None = None
    rate: float = 10.0
    angles: Literal["radians", "degrees"] = "radians"
    response: Literal["cuboids", "segmentation", "linking", "topdown"] | None = None
