/** The past of a task: its log in groups that a person can read, and the way back to a revision. */

import type { LoggedTransaction } from "../../api/types";
import { revisionAt } from "../../api/work";
import { type Document, fromParts, partsOf } from "../../model/document";
import { sameValue } from "../../model/edits";
import { OBJECT } from "../../model/parts";
import type { Editor } from "./editor";
import type { Write } from "./edits";

/** Edits of one person without a longer pause than this belong together. */
const PAUSE_MS = 5 * 60_000;
/** A transaction stays well below what the server takes in one request. */
const MOST_WRITES = 2_000;

/** Consecutive edits of one person, the newest first. */
export interface Sitting {
  readonly actor: string;
  readonly edits: readonly LoggedTransaction[];
}

/** @param newestFirst the log, from the newest on. */
export function sittings(newestFirst: readonly LoggedTransaction[]): Sitting[] {
  const found: { actor: string; edits: LoggedTransaction[] }[] = [];
  for (const edit of newestFirst) {
    const last = found.at(-1);
    const next = last?.edits.at(-1);
    const isSame =
      last?.actor === edit.actor &&
      next !== undefined &&
      Date.parse(next.at) - Date.parse(edit.at) <= PAUSE_MS;
    if (isSame) last.edits.push(edit);
    else found.push({ actor: edit.actor, edits: [edit] });
  }
  return found;
}

/** "2 objects added, 5 changed, 1 deleted". */
export function summaryOf(edits: readonly LoggedTransaction[]): string {
  const added = new Set<string>();
  const deleted = new Set<string>();
  const changed = new Set<string>();
  for (const { changes } of edits.toReversed()) {
    for (const { object_id, part, before, after } of changes) {
      if (part === OBJECT && before === null) added.add(object_id);
      else if (part === OBJECT && after === null) deleted.add(object_id);
      else changed.add(object_id);
    }
  }
  const onlyChanged = [...changed].filter((id) => !added.has(id) && !deleted.has(id));
  const counts: readonly (readonly [number, string])[] = [
    [added.size, "added"],
    [onlyChanged.length, "changed"],
    [deleted.size, "deleted"],
  ];
  const said = counts.filter(([count]) => count > 0);
  const [first] = said;
  if (first === undefined) return "Nothing changed";
  const noun = first[0] === 1 ? "object" : "objects";
  return said.map(([n, verb], at) => (at === 0 ? `${n} ${noun} ${verb}` : `${n} ${verb}`)).join(", ");
}

/** What has to be written so that the present is as it was, in as few edits as may be sent. */
export function restoring(present: Document, was: Document): Write[][] {
  const steps: Write[][] = [];
  let step: Write[] = [];
  for (const id of new Set([...present.objects.keys(), ...was.objects.keys()])) {
    const writes = restoringObject(present, was, id);
    // An object is restored whole: its parts cannot stand without it.
    if (step.length > 0 && step.length + writes.length > MOST_WRITES) {
      steps.push(step);
      step = [];
    }
    step.push(...writes);
  }
  if (step.length > 0) steps.push(step);
  return steps;
}

function restoringObject(present: Document, was: Document, id: string): Write[] {
  const now = partsOf(present, id).parts;
  const then = partsOf(was, id).parts;
  return [...new Set([...now.keys(), ...then.keys()])]
    .map((part) => ({ object_id: id, part, after: then.get(part)?.value ?? null }))
    .filter(({ part, after }) => !sameValue(now.get(part)?.value ?? null, after));
}

/** Show the document as it was after transaction `seq`; nothing can be edited meanwhile. */
export async function lookAtRevision(editor: Editor, seq: number): Promise<void> {
  const { parts } = await revisionAt(editor.task.taskId, seq);
  editor.task.store.show(fromParts(parts));
  editor.view.setState({ revision: seq });
}

export function backToPresent(editor: Editor): void {
  editor.task.store.show(null);
  editor.view.setState({ revision: null });
}

/** Make the revision that is looked at the present one: a new edit, which undo takes back. */
export function restoreRevision(editor: Editor): void {
  const { store } = editor.task;
  if (!store.showsEarlier) return;
  const steps = restoring(store.present, store.view().document);
  backToPresent(editor);
  for (const writes of steps) editor.task.edit(writes);
}
