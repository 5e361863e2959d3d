/** The small steps that keys make, in the order of the list of commands. */

import type { Nudge } from "../../tools/boxes";

export const NUDGES: readonly Nudge[] = [
  "move.forward",
  "move.back",
  "move.left",
  "move.right",
  "move.up",
  "move.down",
  "turn.left",
  "turn.right",
  "size.longer",
  "size.shorter",
  "size.wider",
  "size.narrower",
  "size.taller",
  "size.lower",
];
