/** An edit in a person's words. */

import type { Change } from "../../api/types";
import { parsePart } from "../../model/parts";
import type { Editor } from "./editor";
import { thingOf } from "../../model/polygons";

const FEW = 3;

export interface Described {
  readonly changes: readonly Change[];
}

/** "Car: position and size in frame 4; label". */
export function describe(editor: Editor, transaction: Described): string {
  const [first] = transaction.changes;
  if (first === undefined) return "";
  const parts = transaction.changes.map((change) => partInWords(editor, change.part));
  const words = [...new Set(parts)];
  const more = words.length > FEW ? `; ${words.length - FEW} more` : "";
  const label = labelOf(editor, first.object_id, transaction);
  return `${label}: ${words.slice(0, FEW).join("; ")}${more}`;
}

function labelOf(editor: Editor, id: string, { changes }: Described): string {
  const known = thingOf(editor.document, id)?.label;
  if (known !== undefined) return editor.display(known);
  // The edit made or deleted the object: it says itself what it was.
  for (const { after, before } of changes) {
    const value = after ?? before;
    if (typeof value !== "object" || value === null || !("label" in value)) continue;
    if (typeof value.label === "string") return editor.display(value.label);
  }
  return "Scene";
}

function partInWords(editor: Editor, part: string): string {
  const name = parsePart(part);
  switch (name.type) {
    case "object":
      return "label and kind";
    case "key":
      return `position and size ${frameInWords(editor, name.time_ns)}`;
    case "visible":
      return `visibility ${frameInWords(editor, name.time_ns)}`;
    case "attribute":
      return name.time_ns === null
        ? `“${name.name}”`
        : `“${name.name}” ${frameInWords(editor, name.time_ns)}`;
    case "points":
      return "labels of points";
  }
}

function frameInWords(editor: Editor, time_ns: number): string {
  const index = editor.frames_ns.indexOf(time_ns);
  return index < 0 ? `at ${(time_ns / 1e9).toFixed(2)} s` : `in frame ${index + 1}`;
}
