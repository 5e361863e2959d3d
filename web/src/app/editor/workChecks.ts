/**
 * What may be wrong while one works: of the cuboids of the frame that is shown, and of whole tracks.
 * Pure. None of it is certain: it says where to look.
 */

import { type Cuboid, faceNormal, groundPoint, yawOf } from "../../geometry/cuboid";
import type { NearPoints } from "../../geometry/fitting";
import { overlap } from "../../geometry/overlap";
import { add, distance, dot, scale, subtract, type Vec3 } from "../../geometry/vec";
import { type Document, idsOf, partsOf } from "../../model/document";
import type { CheckName } from "../../model/checkNames";
import { sameValue } from "../../model/edits";
import { pointsIn } from "../../scene3d/inside";
import { PointGrid } from "../../scene3d/pointgrid";
import type { Terrain } from "../../scene3d/terrain";
import type { DecodedChunk } from "../../workers/chunk";
import { type Finding, judged } from "./checks";
import { keysOf, presentAt } from "../../model/interpolate";
import { cuboidObject, toCuboid } from "./edits";
import { framePosition } from "./marks";
import type { ShownCuboid } from "./shown";

/** What the points of one frame say; null where they do not. Points that change are another one. */
export interface Measures {
  readonly pointsIn: (cuboid: Cuboid, reachM?: number) => NearPoints | null;
  readonly terrain: Pick<Terrain, "heightAt">;
}

/** Of the points of this chunk alone. They are sorted when first asked about, for all questions to come. */
export function frameMeasures(chunk: DecodedChunk, terrain: Measures["terrain"]): Measures {
  let grid: PointGrid | null = null;
  return {
    pointsIn: (cuboid, reachM = 0) => pointsIn(chunk, cuboid, reachM, (grid ??= new PointGrid(chunk))),
    terrain,
  };
}

const OFF_GROUND_M = 0.3;
/** How far outside of a face points are looked for, and how high above the bottom: below is ground. */
const CUT_REACH_M = 0.15;
const CUT_ABOVE_M = 0.25;
const CUT_LEAST = 8;
const CUT_SHARE = 0.15;
const SIZE_DRIFT_M = 0.1;
const JUMP_MPS = 3;
const JUMP_MPS2 = 20;
const TURN_RAD = Math.PI / 4;
const TURN_RADPS = Math.PI / 2;
/** Farther than this, over the track, nothing goes with its rear ahead. */
const BACKWARDS_M = 1.5;

const finding = (check: CheckName, id: string, frame: number, sentence: string): Finding => ({
  id,
  frame,
  sentence,
  serious: false,
  check,
});

/** The findings about the cuboids of one frame, in the order of the list. */
export function frameChecks(shown: readonly ShownCuboid[], measures: Measures, frame: number): Finding[] {
  const found: Finding[] = [];
  shown.forEach((one, at) => {
    for (const other of shown.slice(at + 1)) {
      if (!overlap(one.cuboid, other.cuboid)) continue;
      found.push(finding("overlap", one.id, frame, `This ${one.label} overlaps a ${other.label}.`));
    }
    for (const [check, sentence] of known(one, measures)) {
      found.push(finding(check, one.id, frame, sentence));
    }
  });
  return found;
}

type AboutPoints = readonly (readonly [CheckName, string])[];

/** Every edit asks for all cuboids of the frame again, of which it has changed one. */
const asked = new WeakMap<Measures, Answers>();

type Answers = Map<string, { readonly one: ShownCuboid; readonly said: AboutPoints }>;

function known(one: ShownCuboid, measures: Measures): AboutPoints {
  const answers: Answers = asked.get(measures) ?? (new Map() as Answers);
  asked.set(measures, answers);
  const before = answers.get(one.id);
  if (before?.one.label === one.label && sameValue(before.one.cuboid, one.cuboid)) return before.said;
  const said = aboutPoints(one, measures);
  answers.set(one.id, { one, said });
  return said;
}

function aboutPoints({ label, cuboid }: ShownCuboid, measures: Measures): [CheckName, string][] {
  const said: [CheckName, string][] = [];
  const near = measures.pointsIn(cuboid, CUT_REACH_M);
  if (near !== null) {
    const { inside, outside } = countsOf(cuboid, near);
    if (inside === 0) said.push(["no_points", `This ${label} has no points inside.`]);
    else if (outside >= CUT_LEAST && outside > CUT_SHARE * inside) {
      said.push(["cut", `A side of this ${label} cuts through points: ${outside} just outside.`]);
    }
  }
  const [x, y, bottom] = groundPoint(cuboid);
  const ground = measures.terrain.heightAt(x, y);
  if (ground !== null && bottom - ground > OFF_GROUND_M) {
    said.push(["off_ground", `This ${label} floats ${(bottom - ground).toFixed(1)} m above the ground.`]);
  }
  if (ground !== null && ground - bottom > OFF_GROUND_M) {
    said.push(["off_ground", `This ${label} is ${(ground - bottom).toFixed(1)} m deep in the ground.`]);
  }
  return said;
}

/** Points inside, and beside or above the cuboid; those at its foot are the ground's. */
function countsOf(cuboid: Cuboid, { local }: NearPoints) {
  const [hx, hy, hz] = scale(cuboid.size, 0.5);
  let [inside, outside] = [0, 0];
  for (let at = 0; at < local.length; at += 3) {
    const [x, y, z] = [local[at]!, local[at + 1]!, local[at + 2]!];
    const isInside = Math.abs(x) <= hx && Math.abs(y) <= hy && Math.abs(z) <= hz;
    if (isInside) inside += 1;
    else if (z > CUT_ABOVE_M - hz) outside += 1;
  }
  return { inside, outside };
}

/** All that is to be said of the tracks, as the project has it. */
export function trackFindings(
  document: Document,
  frames_ns: readonly number[],
  checks: Parameters<typeof judged>[1],
): Finding[] {
  return [...judged(trackChecks(document, frames_ns), checks), ...placedOnce(document, frames_ns)];
}

/** One line for objects that were placed once and never said to stand: most of them will not have. */
export function placedOnce(document: Document, frames_ns: readonly number[]): Finding[] {
  const loose = idsOf(document).filter((id) => {
    const isLoose = cuboidObject(document, id)?.stationary === false && keysOf(document, id).length === 1;
    return isLoose && frames_ns.filter((time_ns) => presentAt(document, id, time_ns)).length > 1;
  });
  const [first] = loose;
  if (first === undefined) return [];
  const sentence =
    loose.length === 1
      ? "1 object has one keyframe and is not said to be stationary: every other frame shows it where it is in that one."
      : `${loose.length} objects have one keyframe and are not said to be stationary: ` +
        "every other frame shows them where they are in that one.";
  return [{ id: first, frame: null, sentence, serious: false }];
}

/** The findings about tracks as a whole, each at the frame where it shows. */
export function trackChecks(document: Document, frames_ns: readonly number[]): Finding[] {
  return idsOf(document).flatMap((id): Finding[] => {
    const object = cuboidObject(document, id);
    if (object?.stationary !== false) return [];
    const keys = partsOf(document, id).keys.flatMap(([time_ns, pose]) =>
      pose.geometry === "cuboid" ? [{ time_ns, cuboid: toCuboid(pose) }] : [],
    );
    const at = (time_ns: number) => Math.round(framePosition(frames_ns, time_ns));
    const said = [sizeDrift(keys), speedJump(keys), turnJump(keys), backwards(keys)];
    return said.flatMap((one) =>
      one === null ? [] : [finding(one.check, id, at(one.time_ns), `${one.sentence} of this ${object.label}.`)],
    );
  });
}

interface Key {
  readonly time_ns: number;
  readonly cuboid: Cuboid;
}

interface Said {
  readonly check: CheckName;
  readonly time_ns: number;
  readonly sentence: string;
}

function sizeDrift(keys: readonly Key[]): Said | null {
  const first = keys[0];
  if (first === undefined) return null;
  const off = ({ cuboid }: Key) => Math.max(...subtract(cuboid.size, first.cuboid.size).map(Math.abs));
  const most = keys.toSorted((a, b) => off(b) - off(a))[0]!;
  if (off(most) <= SIZE_DRIFT_M) return null;
  return { check: "size_drift", time_ns: most.time_ns, sentence: `The size changes by ${off(most).toFixed(2)} m over the track` };
}

function speedJump(keys: readonly Key[]): Said | null {
  const speed = (from: Key, to: Key): Vec3 =>
    scale(subtract(to.cuboid.centre, from.cuboid.centre), 1e9 / (to.time_ns - from.time_ns));
  for (let at = 1; at + 1 < keys.length; at += 1) {
    const [before, here, after] = [keys[at - 1]!, keys[at]!, keys[at + 1]!];
    const change = distance(speed(before, here), speed(here, after));
    const lasts_s = (after.time_ns - before.time_ns) / 2e9;
    if (change > JUMP_MPS && change / lasts_s > JUMP_MPS2) {
      return { check: "speed_jump", time_ns: here.time_ns, sentence: `The speed jumps by ${change.toFixed(0)} m/s on the way` };
    }
  }
  return null;
}

function turnJump(keys: readonly Key[]): Said | null {
  for (let at = 1; at < keys.length; at += 1) {
    const [before, here] = [keys[at - 1]!, keys[at]!];
    const turn = yawOf(here.cuboid) - yawOf(before.cuboid);
    const turnRad = Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn)));
    if (turnRad > TURN_RAD && (turnRad * 1e9) / (here.time_ns - before.time_ns) > TURN_RADPS) {
      const degrees = Math.round((turnRad * 180) / Math.PI);
      return { check: "turn_jump", time_ns: here.time_ns, sentence: `The heading jumps by ${degrees}° on the way` };
    }
  }
  return null;
}

/** What goes backwards has its rear taken for its front, or parks. */
function backwards(keys: readonly Key[]): Said | null {
  const steps = keys.slice(1).map((here, at) => {
    const before = keys[at]!;
    const ahead = add(faceNormal(before.cuboid, "front"), faceNormal(here.cuboid, "front"));
    return dot(subtract(here.cuboid.centre, before.cuboid.centre), scale(ahead, 0.5));
  });
  const aheadM = steps.reduce((sum, step) => sum + step, 0);
  if (aheadM > -BACKWARDS_M) return null;
  const first = keys[steps.findIndex((step) => step < 0)]!;
  const sentence = `${(-aheadM).toFixed(1)} m of the way go against the heading`;
  return { check: "backwards", time_ns: first.time_ns, sentence };
}
