/** What the editor's checks are called: CheckName in src/groundplane/labeling/model.py. */

export const CHECK_TITLES = {
  overlap: "Cuboids that overlap",
  no_points: "Cuboids without points",
  cut: "Sides that cut through points",
  off_ground: "Cuboids that float or are deep in the ground",
  size_drift: "Sizes that change over a track",
  speed_jump: "Jumps in speed",
  turn_jump: "Jumps in heading",
  backwards: "Tracks that go backwards",
  unlabeled: "Things that stand without a cuboid",
} as const;

export type CheckName = keyof typeof CHECK_TITLES;

/** Needs the points of each frame to say. */
export const BY_POINTS: readonly CheckName[] = ["overlap", "no_points", "cut", "off_ground"];
