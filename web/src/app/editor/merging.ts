/** Several frames drawn as one: which are wanted, and how each lies in the one that is shown. */

import { carryBetween } from "../../geometry/carry";
import type { Cuboid } from "../../geometry/cuboid";
import { AROUND_M, type Spread, spreadOf, strayed } from "../../geometry/stillness";
import type { OtherFrame } from "../../scene3d/merged";
import type { DecodedChunk } from "../../workers/chunk";
import type { Editor } from "./editor";
import { cuboidAt, toCuboid } from "./edits";
import { presentAt } from "../../model/interpolate";

export const REACHES = { least: 1, most: 50, usual: 20 } as const;

export interface Merge {
  readonly on: boolean;
  /** How many frames before and after. */
  readonly reach: number;
  /** The frames lie so that the selected object stays where it is. */
  readonly along: boolean;
}

export const USUAL_MERGE: Merge = { on: false, reach: REACHES.usual, along: false };

export interface MergeStatus {
  /** Frames drawn, the one that is shown with them. */
  readonly frames: number;
  readonly wanted: number;
  readonly points: number;
  /** Of the other frames every so many-th point is drawn, except around the selected object. */
  readonly stride: number;
}

/** The frames to draw with this one, the nearest first. */
export function framesAround(index: number, count: number, reach: number): readonly number[] {
  const wanted: number[] = [];
  for (let away = 1; away <= reach; away += 1) wanted.push(index - away, index + away);
  return wanted.filter((other) => other >= 0 && other < count);
}

/** Those of them that are here; along the object only frames that it is in. */
export function otherFrames(
  editor: Editor,
  peek: (index: number) => DecodedChunk | null,
): readonly OtherFrame[] {
  const { merge, selected, frameIndex } = editor.view.getState();
  if (!merge.on) return [];
  const { frames } = editor.work.scene;
  const now = merge.along && selected !== null ? editor.cuboid(selected) : null;
  return framesAround(frameIndex, frames.length, merge.reach).flatMap((index): OtherFrame[] => {
    const chunk = peek(index);
    const frame = frames[index]!;
    if (chunk === null) return [];
    const device = frame.device_position_m;
    if (now === null) return [{ chunk, device, carry: null }];
    const then = cuboidIn(editor, selected!, frame.time_ns);
    return then === null ? [] : [{ chunk, device, carry: carryBetween(then, now) }];
  });
}

export function mergeStatus(
  editor: Editor,
  others: number,
  { points, stride }: Pick<MergeStatus, "points" | "stride">,
): MergeStatus | null {
  const { merge, frameIndex } = editor.view.getState();
  if (!merge.on) return null;
  const { frames } = editor.work.scene;
  const wanted = framesAround(frameIndex, frames.length, merge.reach).length;
  return { frames: 1 + others, wanted: 1 + wanted, points, stride };
}

export function sameStatus(a: MergeStatus | null, b: MergeStatus | null): boolean {
  return (["frames", "wanted", "points", "stride"] as const).every((key) => a?.[key] === b?.[key]);
}

export interface FrameResidual {
  readonly index: number;
  /** How far its points stray from the cuboid (geometry/stillness); null: too few to say. */
  readonly outM: number | null;
}

/** Of the frames that are here and the object is in, in their order. */
export function residuals(editor: Editor, id: string): readonly FrameResidual[] {
  const { merge, frameIndex } = editor.view.getState();
  const { frames } = editor.work.scene;
  const now = editor.cuboid(id);
  if (now === null) return [];
  const wanted = [frameIndex, ...framesAround(frameIndex, frames.length, merge.reach)];
  const here = wanted
    .sort((a, b) => a - b)
    .flatMap((index): { index: number; spread: Spread }[] => {
      const cuboid = merge.on && merge.along ? cuboidIn(editor, id, frames[index]!.time_ns) : now;
      const near = cuboid && editor.stage?.pointsOf(index, cuboid, AROUND_M);
      return cuboid && near ? [{ index, spread: spreadOf(cuboid, near) }] : [];
    });
  const out = strayed(
    here.map(({ spread }) => spread),
    here.findIndex(({ index }) => index === frameIndex),
  );
  return here.map(({ index }, at) => ({ index, outM: out[at]! }));
}

function cuboidIn(editor: Editor, id: string, time_ns: number): Cuboid | null {
  if (!presentAt(editor.document, id, time_ns)) return null;
  const pose = cuboidAt(editor.document, id, time_ns);
  return pose === null ? null : toCuboid(pose);
}
