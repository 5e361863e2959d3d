/** What a person should know of a cuboid, in words: what its points say, what is wrong and what mends it. Pure. */

import type { Strip } from "../../geometry/beside";
import type { Face } from "../../geometry/cuboid";
import type { Vec3 } from "../../geometry/vec";
import type { CheckName } from "../../model/checkNames";
import type { ActionId } from "../../tools/index";
import type { Finding } from "./checks";

const FACE_WORDS: Readonly<Record<Face, string>> = {
  front: "front",
  back: "rear",
  left: "left side",
  right: "right side",
  top: "top",
  bottom: "bottom",
};

const MEASURES = ["length", "width", "height"] as const;
/** A size that differs less is the same one. */
const SAME_M = 0.01;

/** Things with one label differ by less: a tree or strays were taken in, or a part is all that was seen. */
const FAR = { least: 0.6, most: 1.35 };

/** A command's button with its key, as the person has it. */
export type Named = (text: string, id: ActionId) => string;

export function stripRemark({ face, count, outM, isTaken }: Strip, named: Named): string {
  const what = `${count} points lie up to ${outM.toFixed(2)} m beside the ${FACE_WORDS[face]}`;
  return `${what}: ${isTaken ? named("Fit", "shape.fit") : named("Move onto", "shape.onto")} takes them in.`;
}

/** What mends it. */
export function remedyOf(check: CheckName, named: Named): string {
  switch (check) {
    case "cut":
      return `${named("Fit", "shape.fit")} brings its sides to the points.`;
    case "no_points":
      return `${named("Move onto", "shape.onto")} looks beside it; ${named("End", "track.end")} ends its track here.`;
    case "off_ground":
      return `${named("Ground", "shape.ground")} puts it there.`;
    case "overlap":
      return `${named("Fit", "shape.fit")} parts them where their points do; or it is one object twice.`;
    case "backwards":
      return `${named("Turn around", "shape.flip")} makes its rear its front.`;
    case "turn_jump":
    case "speed_jump":
      return `Look at its keyframes: ${named("Tracks", "tracks")}.`;
    case "size_drift":
      return "“Same in all”, below its size, gives every keyframe one size.";
    case "unlabeled":
      return `${named("New cuboid", "tool.place")} or ${named("Lasso", "tool.lasso")} makes one.`;
  }
}

/** What is wrong, and after that what mends it. */
export function wrongWords(findings: readonly Finding[], named: Named): string {
  return findings
    .map(({ sentence, check }) => (check === undefined ? sentence : `${sentence} ${remedyOf(check, named)}`))
    .join("\n");
}

/**
 * Of sides that are far from every size that counts as usual, with what makes them usual; null: none is.
 *
 * @param usual the first is the one that is told, which the command takes.
 */
export function unusualRemark(label: string, size: Vec3, usual: readonly Vec3[], named: Named): string | null {
  const isFar = (axis: 0 | 1 | 2) =>
    usual.every((one) => size[axis] < FAR.least * one[axis] || size[axis] > FAR.most * one[axis]);
  const [taken] = usual;
  const far = taken === undefined ? [] : ([0, 1, 2] as const).filter(isFar);
  if (taken === undefined || far.length === 0) return null;
  const words = far.map((axis) => `${MEASURES[axis]} ${size[axis].toFixed(1)} m`).join(" and ");
  const lengths = far.map((axis) => `${taken[axis].toFixed(1)} m`).join(" and ");
  const is = far.length === 1 ? "is" : "are";
  const told = `${words[0]!.toUpperCase()}${words.slice(1)} ${is} unusual for ${label}, ${lengths} ${is} usual`;
  return `${told}: ${named("Usual size", "shape.usual")}.`;
}

/**
 * Of a length and a width that are as usual, and whose other end was not seen; null: there is none.
 *
 * @param usual sizes that count as usual: of its label's name, and of the others with the label.
 * @param unseen the ends along an axis that were not seen.
 */
export function usualRemark(
  label: string,
  size: Vec3,
  usual: readonly Vec3[],
  unseen: (axis: 0 | 1) => readonly Face[],
): string | null {
  const told = ([0, 1] as const).flatMap((axis) => {
    const isUsual = usual.some((one) => Math.abs(one[axis] - size[axis]) < SAME_M);
    const faces = isUsual ? unseen(axis) : [];
    return faces.length === 0 ? [] : [{ words: `${MEASURES[axis]} ${size[axis].toFixed(1)} m`, faces }];
  });
  if (told.length === 0) return null;
  const faces = told.flatMap((one) => one.faces).map((face) => FACE_WORDS[face]);
  const words = told.map((one) => one.words).join(" and ");
  const [is, was] = [told.length === 1 ? "is" : "are", faces.length === 1 ? "was" : "were"];
  const sides = faces.length < 2 ? faces[0]! : `${faces.slice(0, -1).join(", ")} and ${faces.at(-1)!}`;
  return `${words[0]!.toUpperCase()}${words.slice(1)} ${is} usual for ${label}: its ${sides} ${was} not seen.`;
}
