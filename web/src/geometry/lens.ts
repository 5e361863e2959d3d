/**
 * The lens models, one entry each: the twin of src/groundplane/geometry/lenses. The words to the
 * table are in docs/formats/lenses.md.
 */

import {
  FISHEYE,
  FISHEYE_RAD_TAN_PRISM,
  FISHEYE_RADIAL_CUSTOM,
  FTHETA,
  MOD_EQUI_FISH,
  MOD_KANNALA,
} from "./lensAngle";
import type { LensModel } from "./lensModel";
import { BROWN_CONRADY, OMNIDIRECTIONAL, PINHOLE } from "./lensPlane";
import { CYLINDRICAL, EQUIRECTANGULAR } from "./lensRound";

export type { Coefficients, LensModel } from "./lensModel";

export const LENS_MODELS: Readonly<Record<string, LensModel>> = {
  pinhole: PINHOLE,
  brown_conrady: BROWN_CONRADY,
  fisheye: FISHEYE,
  mod_equi_fish: MOD_EQUI_FISH,
  mod_kannala: MOD_KANNALA,
  cylindrical: CYLINDRICAL,
  equirectangular: EQUIRECTANGULAR,
  omnidirectional: OMNIDIRECTIONAL,
  fisheye_rad_tan_prism: FISHEYE_RAD_TAN_PRISM,
  fisheye_radial_custom: FISHEYE_RADIAL_CUSTOM,
  ftheta: FTHETA,
};
