"""The lens models, one entry each; docs/formats/lenses.md is the same table in words."""

from groundplane.geometry.lenses.angular import (
    FISHEYE,
    FISHEYE_RAD_TAN_PRISM,
    FISHEYE_RADIAL_CUSTOM,
    FTHETA,
    MOD_EQUI_FISH,
    MOD_KANNALA,
)
from groundplane.geometry.lenses.model import LensModel
from groundplane.geometry.lenses.panoramas import CYLINDRICAL, EQUIRECTANGULAR
from groundplane.geometry.lenses.perspective import BROWN_CONRADY, OMNIDIRECTIONAL, PINHOLE

LENS_MODELS: dict[str, LensModel] = {
    "pinhole": PINHOLE,
    "brown_conrady": BROWN_CONRADY,
    "fisheye": FISHEYE,
    "mod_equi_fish": MOD_EQUI_FISH,
    "mod_kannala": MOD_KANNALA,
    "cylindrical": CYLINDRICAL,
    "equirectangular": EQUIRECTANGULAR,
    "omnidirectional": OMNIDIRECTIONAL,
    "fisheye_rad_tan_prism": FISHEYE_RAD_TAN_PRISM,
    "fisheye_radial_custom": FISHEYE_RADIAL_CUSTOM,
    "ftheta": FTHETA,
}


class UnknownLens(ValueError):
    """A camera model that we have no formula for."""

    def __init__(self, model: str) -> None:
        self.model = model
        known = ", ".join(sorted(LENS_MODELS))
        super().__init__(f'The camera model "{model}" is not known; known are: {known}.')
