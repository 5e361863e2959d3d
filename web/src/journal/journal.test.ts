import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "fake-indexeddb/auto";
import type { Transaction } from "../api/types";
import { Journal } from "./journal";

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => vi.restoreAllMocks());

/** The disk refuses this many writes of one kind. */
function diskFull(method: "add" | "put" | "delete", times: number): void {
  const full = vi.spyOn(IDBObjectStore.prototype, method);
  for (let time = 0; time < times; time++) {
    full.mockImplementationOnce(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
  }
}

function edit(opId: string): Transaction {
  return { op_id: opId, at: "2026-11-25T10:00:00.000Z", active_ms: 1_200, changes: [] };
}

const opIds = (edits: readonly { transaction: Transaction }[]) =>
  edits.map((one) => one.transaction.op_id);

test("edits come back in the order they were made, each document by itself", async () => {
  const journal = await Journal.open("anna");
  for (const opId of ["c", "a", "b"]) await journal.append("doc-1", edit(opId));
  await journal.append("doc-2", edit("x"));
  expect(opIds(await journal.pending("doc-1"))).toEqual(["c", "a", "b"]);
  expect(opIds(await journal.pending("doc-1", 2))).toEqual(["c", "a"]);
  expect(await journal.unsent("doc-2")).toBe(1);
});

test("a journal opened again still has what was not acknowledged", async () => {
  const before = await Journal.open("anna");
  for (const opId of ["a", "b", "c"]) await before.append("doc-1", edit(opId));
  await before.acknowledge(["a", "never-seen"]);
  before.close();
  const after = await Journal.open("anna");
  expect(opIds(await after.pending("doc-1"))).toEqual(["b", "c"]);
});

test("another person on the same machine sees nothing of it", async () => {
  const annas = await Journal.open("anna");
  await annas.append("doc-1", edit("a"));
  await annas.append("doc-1", edit("b"));
  await annas.refuse([{ op_id: "b", refused: "somebody moved it" }]);
  const bens = await Journal.open("ben");
  expect(await bens.pending("doc-1")).toEqual([]);
  expect(await bens.quarantined("doc-1")).toEqual([]);
});

test("a refused edit moves to quarantine and stays until it is discarded", async () => {
  const journal = await Journal.open("anna");
  for (const opId of ["a", "b"]) await journal.append("doc-1", edit(opId));
  await journal.refuse([{ op_id: "a", refused: "somebody moved it" }]);
  expect(opIds(await journal.pending("doc-1"))).toEqual(["b"]);
  const [refused] = await journal.quarantined("doc-1");
  expect(refused).toMatchObject({ opId: "a", reason: "somebody moved it", transaction: edit("a") });
  await journal.discard("a");
  expect(await journal.quarantined("doc-1")).toEqual([]);
});

test("the same edit cannot be queued twice", async () => {
  const journal = await Journal.open("anna");
  await journal.append("doc-1", edit("a"));
  await expect(journal.append("doc-1", edit("a"))).rejects.toThrow();
  expect(await journal.unsent("doc-1")).toBe(1);
});

test("without IndexedDB edits wait in memory, in order, and it is said", async () => {
  globalThis.indexedDB = undefined as unknown as IDBFactory;
  const journal = await Journal.open("anna");
  expect(journal.problem).not.toBe(null);
  for (const opId of ["a", "b", "c"]) await journal.append("doc-1", edit(opId));
  expect(opIds(await journal.pending("doc-1"))).toEqual(["a", "b", "c"]);
  expect(journal.onlyHere).toBe(3);
  await journal.acknowledge(["a"]);
  await journal.refuse([{ op_id: "b", refused: "somebody moved it" }]);
  expect(await journal.unsent("doc-1")).toBe(1);
  expect((await journal.quarantined("doc-1")).map((one) => one.reason)).toEqual(["somebody moved it"]);
  await journal.discard("b");
  expect(await journal.quarantined("doc-1")).toEqual([]);
});

test("an edit that finds the disk full is not overtaken by the next one", async () => {
  const journal = await Journal.open("anna");
  await journal.append("doc-1", edit("a"));
  diskFull("add", 1);
  await Promise.all(["b", "c"].map((opId) => journal.append("doc-1", edit(opId))));
  expect(journal.problem).toBe("its storage is full");
  expect(journal.onlyHere).toBe(2);
  expect(opIds(await journal.pending("doc-1"))).toEqual(["a", "b", "c"]);
  expect(await journal.unsent("doc-1")).toBe(3);
});

test("once memory is empty the disk is used again", async () => {
  const journal = await Journal.open("anna");
  diskFull("add", 1);
  await journal.append("doc-1", edit("a"));
  await journal.acknowledge(["a"]);
  await journal.append("doc-1", edit("b"));
  expect([journal.problem, journal.onlyHere]).toEqual([null, 0]);
  expect(opIds(await (await Journal.open("anna")).pending("doc-1"))).toEqual(["b"]);
});

test("what a full disk cannot forget is not sent for ever", async () => {
  const journal = await Journal.open("anna");
  for (const opId of ["a", "b", "c"]) await journal.append("doc-1", edit(opId));
  diskFull("delete", 1);
  await journal.acknowledge(["a"]);
  expect(opIds(await journal.pending("doc-1", 1))).toEqual(["b"]);
  expect(await journal.unsent("doc-1")).toBe(2);
});

test("a refusal that finds the disk full is still shown", async () => {
  const journal = await Journal.open("anna");
  await journal.append("doc-1", edit("a"));
  diskFull("put", 1);
  await journal.refuse([{ op_id: "a", refused: "somebody moved it" }]);
  expect(await journal.pending("doc-1")).toEqual([]);
  expect((await journal.quarantined("doc-1")).map((one) => one.opId)).toEqual(["a"]);
});
