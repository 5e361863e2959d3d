/**
 * Two hours without a network: thousands of edits, three reloads, a server that is restarted, and
 * then everything goes out, in order and once (reliability.md T53).
 */

import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createCuboid, moveCuboid } from "../src/app/editor/edits";
import { IDENTITY } from "../src/geometry/quat";
import { EditorWindow, GOOD, type Ledger, type Person, speakFor } from "./editorWindow";

interface Plan {
  readonly url: string;
  readonly hands: string;
  readonly person: Person;
  readonly taskId: string;
  readonly documentId: string;
  readonly edits: number;
  readonly objects: number;
  readonly result: string;
}

const RELOADS = 3;
const at = { time_ns: 0, cameraUsed: null };
const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const box = (x: number) =>
  ({ centre: [x, 7, 1.5], size: [4.5, 1.9, 1.6], rotation: IDENTITY }) as const;

test("what was edited offline is on the server soon after", { timeout: 280_000 }, async () => {
  speakFor(plan.url);
  const ledger: Ledger = { made: new Set(), acknowledged: new Set() };
  const window = new EditorWindow(plan.person, plan.taskId, plan.documentId, ledger);
  await window.reload();
  expect(await window.claim(true)).toBe(true);
  const ids = Array.from({ length: plan.objects }, () => crypto.randomUUID());
  for (const id of ids) await window.keep(window.store.commit(createCuboid(id, "Car", box(0), at)));
  await window.settle();
  const before = ledger.made.size;

  for (let part = 0; part <= RELOADS; part++) {
    window.network = () => ({ fate: "never arrives", delay_ms: 20 });
    const count = Math.floor(plan.edits / (RELOADS + 1));
    for (let made = 0; made < count; made++) {
      const id = ids[made % ids.length]!;
      const x = 1 + part * count + made;
      await window.keep(window.store.commit(moveCuboid(window.document, id, box(x), at)));
    }
    if (part === RELOADS) break;
    // The page itself needs the server for a moment; the edits stay unsent.
    window.network = GOOD;
    await window.reload();
    if (part === 0) await fetch(`${plan.hands}/kill`, { method: "POST" });
    await fetch(`${plan.hands}/up`, { method: "POST" });
  }
  const made = ledger.made.size - before;
  expect(await window.journal.unsent(plan.documentId)).toBe(made);

  window.network = GOOD;
  const from_ms = performance.now();
  expect(await window.claim(true)).toBe(true);
  await window.settle();
  const took_ms = performance.now() - from_ms;
  expect(await window.journal.unsent(plan.documentId)).toBe(0);
  expect(await window.refusedOps()).toEqual([]);
  writeFileSync(plan.result, JSON.stringify({ made: [...ledger.made], took_ms }));
});
