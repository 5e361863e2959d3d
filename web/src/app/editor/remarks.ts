/** What a person should know of the cuboid that they have made or fitted, in words. Pure. */

import type { Strip } from "../../geometry/beside";
import type { Face } from "../../geometry/cuboid";
import type { Vec3 } from "../../geometry/vec";

const FACE_WORDS: Readonly<Record<Face, string>> = {
  front: "front",
  back: "rear",
  left: "left side",
  right: "right side",
  top: "top",
  bottom: "bottom",
};

const MEASURES = ["length", "width"] as const;
/** A size that differs less is the same one. */
const SAME_M = 0.01;

/** What a command is called and its key, as the person has it. */
export type KeyNames = Readonly<Record<"fit" | "onto", string>>;

export function stripRemark({ face, count, outM, isTaken }: Strip, keys: KeyNames): string {
  const what = `${count} points lie up to ${outM.toFixed(2)} m beside the ${FACE_WORDS[face]}`;
  return `${what}: ${isTaken ? keys.fit : keys.onto} takes them in.`;
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
