/**
 * Two editors on one document, in as many seeded interleavings as are asked for: edits, undo,
 * redo, deletions, take-overs, reloads and news in any order, over a network that loses, repeats
 * and reorders. The windows are the product's own code, the server is the real one;
 * tests/faults/test_editors.py judges the logs that come of it.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  createCuboid,
  cuboidObject,
  deleteObject,
  moveCuboid,
  setLabel,
  type Write,
} from "../src/app/editor/edits";
import { IDENTITY } from "../src/geometry/quat";
import type { Document } from "../src/model/document";
import { EditorWindow, type Fate, GOOD, type Ledger, type Network, type Person, speakFor } from "./editorWindow";
import { random } from "./random";

interface Plan {
  readonly url: string;
  readonly people: readonly [Person, Person];
  readonly tasks: readonly { readonly taskId: string; readonly documentId: string }[];
  readonly seeds: number;
  readonly result: string;
}

const STEPS = 30;
const OBJECTS = 3;
const FATES: readonly Fate[] = ["never arrives", "answer is lost", "arrives twice"];
const at = { time_ns: 0, cameraUsed: null };
const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const totals = { edits: 0, acknowledged: 0, refused: 0, takeOvers: 0, reloads: 0 };

test("nothing that an editor did is silently lost or overwritten", { timeout: 880_000 }, async () => {
  speakFor(plan.url);
  for (let seed = 0; seed < plan.seeds; seed++) {
    const task = plan.tasks[seed % plan.tasks.length]!;
    await interleaving(seed, task.taskId, task.documentId);
  }
  writeFileSync(plan.result, JSON.stringify(totals));
});

async function interleaving(seed: number, taskId: string, documentId: string): Promise<void> {
  const chance = random(seed + 1);
  const ledger: Ledger = { made: new Set(), acknowledged: new Set() };
  const [ana, ben] = plan.people;
  // Every third time it is one person in two tabs.
  const isOnePerson = seed % 3 === 2;
  const windows = [ana, isOnePerson ? ana : ben].map(
    (person) => new EditorWindow(person, taskId, documentId, ledger),
  ) as [EditorWindow, EditorWindow];
  for (const window of windows) await window.reload();
  const ids = await setUp(windows[0], chance);
  await windows[1].hear();
  for (const window of windows) window.network = failing(chance);

  for (let step = 0; step < STEPS; step++) {
    const which = chance() < 0.5 ? 0 : 1;
    await act(windows[which], windows[1 - which]!, isOnePerson, ids, chance);
  }
  await judge(windows, ledger, seed);
}

/** Three cuboids that both know. */
async function setUp(window: EditorWindow, chance: () => number): Promise<string[]> {
  expect(await window.claim(true)).toBe(true);
  const ids = Array.from({ length: OBJECTS }, () => crypto.randomUUID());
  for (const id of ids) {
    await window.keep(window.store.commit(createCuboid(id, "Car", box(chance), at)));
  }
  await window.settle();
  return ids;
}

async function act(
  window: EditorWindow,
  other: EditorWindow,
  isOnePerson: boolean,
  ids: readonly string[],
  chance: () => number,
): Promise<void> {
  const draw = chance();
  if (draw < 0.15) {
    const takesOver = chance() < 0.7;
    // Between tabs the lock decides: who takes over ends the other one first.
    if (isOnePerson) await other.lose();
    if (await window.claim(takesOver)) totals.takeOvers += 1;
  } else if (draw < 0.22) {
    totals.reloads += 1;
    await window.reload();
  } else if (draw < 0.37) await window.hear();
  else if (window.mayEdit) {
    totals.edits += 1;
    if (draw < 0.44) await window.keep(window.store.undo());
    else if (draw < 0.48) await window.keep(window.store.redo());
    else await window.keep(window.store.commit(someEdit(window.document, ids, chance)));
  }
}

function someEdit(document: Document, ids: readonly string[], chance: () => number): Write[] {
  const id = ids[Math.floor(chance() * ids.length)]!;
  const draw = chance();
  if (cuboidObject(document, id) === null) return createCuboid(id, "Car", box(chance), at);
  if (draw < 0.1) return deleteObject(document, id);
  if (draw < 0.3) return setLabel(document, id, chance() < 0.5 ? "Car" : "Truck");
  return moveCuboid(document, id, box(chance), at);
}

const box = (chance: () => number) =>
  ({ centre: [chance() * 90, 7, 1.5], size: [4.5, 1.9, 1.6], rotation: IDENTITY }) as const;

function failing(chance: () => number): Network {
  return () => ({
    fate: chance() < 0.3 ? FATES[Math.floor(chance() * FATES.length)]! : "arrives",
    delay_ms: chance() < 0.5 ? chance() * 6 : 0,
  });
}

/** Every edit is in the log or shown to its author as refused; all see what the server has. */
async function judge(
  windows: readonly EditorWindow[],
  ledger: Ledger,
  seed: number,
): Promise<void> {
  for (const window of windows) {
    await window.settle();
    window.network = GOOD;
    for (const one of windows) if (one !== window) await one.lose();
    expect(await window.claim(true)).toBe(true);
    await window.settle();
  }
  const where = `in the interleaving ${seed}`;
  const refused = new Set<string>();
  for (const window of windows) {
    while (await window.hear()) await window.settle();
    for (const one of await window.refusedOps()) if (ledger.made.has(one)) refused.add(one);
  }
  const logged = new Set(await windows[0]!.logged([...ledger.made]));
  for (const opId of ledger.made) {
    expect([logged.has(opId), refused.has(opId)], where).toContain(true);
    expect(logged.has(opId) && refused.has(opId), where).toBe(false);
  }
  for (const opId of ledger.acknowledged) expect(logged.has(opId), where).toBe(true);
  const [one, two] = windows.map((window) => shown(window.document));
  expect(one, where).toEqual(two);
  totals.acknowledged += ledger.acknowledged.size;
  totals.refused += refused.size;
  for (const window of windows) window.close();
}

function shown(document: Document): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const [id, { parts }] of document.objects) {
    for (const [part, written] of parts) all[`${id}/${part}`] = written;
  }
  return all;
}
