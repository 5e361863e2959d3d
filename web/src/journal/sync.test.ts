import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "fake-indexeddb/auto";
import { postJson } from "../api/http";
import type { Acknowledged, Refusal, SendReply, Transaction } from "../api/types";
import { Journal } from "./journal";
import { backoff_ms, SyncEngine, type SyncState } from "./sync";

/** What the network does with one request: an HTTP answer, or none. */
type Answer = { status: number; body: unknown } | "no network" | ((sent: string[]) => Answer);

const LEASE = { lease_id: "lease-1", fence: 4 };
const DOCUMENT = "doc-1";
let seq = 0;

function edit(opId: string): Transaction {
  return { op_id: opId, at: "2026-11-25T10:00:00.000Z", active_ms: 900, changes: [] };
}

const accept = (sent: string[]): Answer => {
  const results = sent.map((op_id) => ({ outcome: "accepted" as const, op_id, seq: (seq += 1) }));
  return { status: 200, body: { results, seq } satisfies SendReply };
};
/** What the server has, as it answers once no edit is taken any more. */
const log = new Map<string, number>();
function knownReply(body: string): Response {
  const { op_ids } = JSON.parse(body) as { op_ids: string[] };
  const known = op_ids
    .filter((op_id) => log.has(op_id))
    .map((op_id) => ({ outcome: "accepted", op_id, seq: log.get(op_id) }));
  return new Response(JSON.stringify({ known }));
}

const error = (status: number, sentence: string): Answer => ({
  status,
  body: { status_code: status, error: sentence },
});

/** The server, scripted at the HTTP boundary; after the script it accepts everything. */
function network(...script: Answer[]) {
  const requests: { opIds: string[]; fence: number }[] = [];
  vi.stubGlobal("fetch", (path: string, init: { body: string }) => {
    if (path === "/known") return Promise.resolve(knownReply(init.body));
    const body = JSON.parse(init.body) as { transactions: Transaction[]; fence: number };
    const opIds = body.transactions.map((one) => one.op_id);
    requests.push({ opIds, fence: body.fence });
    let answer = script.shift() ?? accept;
    while (typeof answer === "function") answer = answer(opIds);
    if (answer === "no network") return Promise.reject(new TypeError("Failed to fetch"));
    const { status, body: reply } = answer;
    return Promise.resolve(new Response(JSON.stringify(reply), { status }));
  });
  return requests;
}

async function engine(...queued: string[]) {
  const journal = await Journal.open("anna");
  for (const opId of queued) await journal.append(DOCUMENT, edit(opId));
  const states: SyncState[] = [];
  const acknowledged: Acknowledged[] = [];
  const refused: Refusal[] = [];
  const slept_ms: number[] = [];
  let unsent = -1;
  const sync = new SyncEngine({
    journal,
    documentId: DOCUMENT,
    send: (lease, transactions) => postJson("/send", { ...lease, transactions }),
    known: (op_ids) => postJson("/known", { op_ids }),
    clock: {
      sleep: (duration_ms) => {
        slept_ms.push(duration_ms);
        return Promise.resolve();
      },
    },
    events: {
      changed: (state, count) => {
        states.push(state);
        unsent = count;
      },
      acknowledged: (results) => acknowledged.push(...results),
      refused: (refusals) => refused.push(...refusals),
    },
  });
  return { journal, sync, states, acknowledged, refused, slept_ms, unsent: () => unsent };
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  seq = 0;
  log.clear();
});
afterEach(() => vi.unstubAllGlobals());

test("everything queued is sent in order and forgotten once acknowledged", async () => {
  const requests = network();
  const { sync, journal, acknowledged, unsent } = await engine("a", "b", "c");
  await sync.resume(LEASE);
  expect(requests).toEqual([{ opIds: ["a", "b", "c"], fence: 4 }]);
  expect(acknowledged.map((one) => one.seq)).toEqual([1, 2, 3]);
  expect(await journal.unsent(DOCUMENT)).toBe(0);
  expect(sync.state).toEqual({ kind: "saved" });
  expect(unsent()).toBe(0);
});

test("250 edits made offline go out in batches, each once", async () => {
  const requests = network();
  const opIds = Array.from({ length: 250 }, (_, index) => `op-${index}`);
  const { sync } = await engine(...opIds);
  await sync.resume(LEASE);
  expect(requests.map((request) => request.opIds.length)).toEqual([100, 100, 50]);
  expect(requests.flatMap((request) => request.opIds)).toEqual(opIds);
});

test("without a network it tries again, ever more slowly, and loses nothing", async () => {
  const down: Answer[] = ["no network", error(503, "later"), "no network", error(500, "oh")];
  const requests = network(...down, "no network", "no network");
  const { sync, slept_ms, states, unsent } = await engine("a", "b");
  await sync.resume(LEASE);
  expect(slept_ms).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  expect(requests).toHaveLength(7);
  expect(states).toContainEqual({ kind: "offline", attempt: 6 });
  expect(sync.state).toEqual({ kind: "saved" });
  expect(unsent()).toBe(0);
});

test("an answer that was lost on its way is asked for again with the same op_ids", async () => {
  const requests = network((sent) => {
    accept(sent);
    return "no network";
  });
  const { sync, journal } = await engine("a", "b");
  await sync.resume(LEASE);
  expect(requests.map((request) => request.opIds)).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
  expect(await journal.unsent(DOCUMENT)).toBe(0);
});

test("a refused edit goes to quarantine, the others are saved", async () => {
  const results = [
    { outcome: "accepted", op_id: "a", seq: 1 },
    { outcome: "refused", op_id: "b", refused: "The part was changed by ben.", parts: [] },
    { outcome: "accepted", op_id: "c", seq: 2 },
  ];
  network({ status: 200, body: { results, seq: 2 } });
  const { sync, journal, refused } = await engine("a", "b", "c");
  await sync.resume(LEASE);
  expect(refused.map((one) => one.op_id)).toEqual(["b"]);
  expect((await journal.quarantined(DOCUMENT)).map((one) => one.opId)).toEqual(["b"]);
  expect(await journal.unsent(DOCUMENT)).toBe(0);
});

test("a request that the server cannot read is taken apart until the bad edit is found", async () => {
  const onlyGood = (sent: string[]): Answer =>
    sent.includes("bad") ? error(400, "Parameter is invalid") : accept(sent);
  network(...Array.from({ length: 9 }, () => onlyGood));
  const { sync, journal, acknowledged } = await engine("a", "bad", "c");
  await sync.resume(LEASE);
  expect(acknowledged.map((one) => one.op_id)).toEqual(["a", "c"]);
  const [refused] = await journal.quarantined(DOCUMENT);
  expect(refused).toMatchObject({ opId: "bad", reason: "Parameter is invalid" });
});

test("when somebody else took the work it stops, keeps the edits, and goes on when retaken", async () => {
  const requests = network(error(409, "Ben works on it now."));
  const { sync, journal } = await engine("a");
  await sync.resume(LEASE);
  expect(sync.state).toEqual({ kind: "lost", sentence: "Ben works on it now." });
  await journal.append(DOCUMENT, edit("b"));
  await sync.kick();
  expect(requests).toHaveLength(1);
  expect(await journal.unsent(DOCUMENT)).toBe(2);

  await sync.resume({ lease_id: "lease-2", fence: 6 });
  expect(requests[1]).toEqual({ opIds: ["a", "b"], fence: 6 });
  expect(sync.state).toEqual({ kind: "saved" });
});

test("when the session ends it waits for the person and then sends everything", async () => {
  const requests = network(error(401, "Please sign in."));
  const { sync, journal } = await engine("a", "b");
  await sync.resume(LEASE);
  expect(sync.state).toEqual({ kind: "signed-out" });
  expect(await journal.unsent(DOCUMENT)).toBe(2);
  await sync.resume(LEASE);
  expect(requests[1]?.opIds).toEqual(["a", "b"]);
  expect(await journal.unsent(DOCUMENT)).toBe(0);
});

test("nothing is sent before there is a lease", async () => {
  const requests = network();
  const { sync, unsent } = await engine("a");
  await sync.kick();
  expect(requests).toEqual([]);
  expect(unsent()).toBe(1);
});

test("an edit made while others are on the wire is sent after them", async () => {
  const first = await engine("a");
  const requests = network((sent) => {
    void first.journal.append(DOCUMENT, edit("b")).then(() => first.sync.kick());
    return accept(sent);
  });
  await first.sync.resume(LEASE);
  await vi.waitFor(async () => expect(await first.journal.unsent(DOCUMENT)).toBe(0));
  expect(requests.flatMap((request) => request.opIds)).toEqual(["a", "b"]);
});

test.each([1, 2, 3, 4])("an edit made while what is unsent is counted, time %i, is sent", async (nth) => {
  const { journal, sync } = await engine("a");
  const requests = network();
  const count = journal.unsent.bind(journal);
  let counts = 0;
  vi.spyOn(journal, "unsent").mockImplementation(async (documentId) => {
    const unsent = await count(documentId);
    counts += 1;
    if (counts === nth) void journal.append(DOCUMENT, edit("b")).then(() => sync.kick());
    await new Promise((resolve) => setTimeout(resolve, 20)); // long enough for the edit to be kept
    return unsent;
  });
  await sync.resume(LEASE);
  await vi.waitFor(() => expect(counts).toBeGreaterThanOrEqual(nth));
  await vi.waitFor(async () => expect(await count(DOCUMENT)).toBe(0));
  expect(requests.flatMap((request) => request.opIds)).toEqual(["a", "b"]);
});

test("when the task is finished, what was not sent becomes refused and nothing is unsent", async () => {
  const opIds = Array.from({ length: 130 }, (_, index) => `op-${index}`);
  const { sync, journal, refused, unsent } = await engine(...opIds);
  network(error(409, "Ben works on it now."));
  await sync.resume(LEASE);
  expect(unsent()).toBe(130);
  await sync.finish("The task was completed before this edit was saved.");
  expect(sync.state.kind).toBe("finished");
  expect(unsent()).toBe(0);
  expect(refused.map((one) => one.op_id)).toEqual(opIds);
  const kept = await journal.quarantined(DOCUMENT);
  expect(kept).toHaveLength(130);
  expect(kept[0]?.reason).toBe("The task was completed before this edit was saved.");
});

test("an edit whose answer was lost before the task was finished counts as saved", async () => {
  const { sync, journal, acknowledged, refused } = await engine("a", "b");
  network();
  log.set("a", 17);
  await sync.finish("The task was completed before this edit was saved.");
  expect(acknowledged).toEqual([{ outcome: "accepted", op_id: "a", seq: 17 }]);
  expect(refused.map((one) => one.op_id)).toEqual(["b"]);
  expect((await journal.quarantined(DOCUMENT)).map((one) => one.opId)).toEqual(["b"]);
});

test("an edit that is on the wire when the task is finished is never both saved and refused", async () => {
  const { sync, journal, acknowledged, refused } = await engine("a");
  let answer: (body: Response) => void = () => undefined;
  network();
  const known = globalThis.fetch;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
    path === "/known" ? known(path, init) : new Promise<Response>((resolve) => (answer = resolve)),
  );
  const sending = sync.resume(LEASE);
  await vi.waitFor(() => expect(sync.state.kind).toBe("sending"));
  await vi.waitFor(() => expect(answer.length).toBe(1));
  const finishing = sync.finish("The task was handed in before this edit was saved.");
  answer(new Response(JSON.stringify({ results: [{ outcome: "accepted", op_id: "a", seq: 5 }], seq: 5 })));
  await Promise.all([sending, finishing]);
  expect(acknowledged.map((one) => one.seq)).toEqual([5]);
  expect(refused).toEqual([]);
  expect(await journal.quarantined(DOCUMENT)).toEqual([]);
  expect(sync.state.kind).toBe("finished");
});

test("a network that fails while the task is finished leaves it finished, and the edits queued", async () => {
  const { sync, journal } = await engine("a");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(sync.finish("The task was canceled.")).rejects.toThrow("cannot be reached");
  expect(sync.state.kind).toBe("finished");
  expect(await journal.unsent(DOCUMENT)).toBe(1);
  network();
  await sync.finish("The task was canceled.");
  expect(await journal.unsent(DOCUMENT)).toBe(0);
});

test("a request that fails after the work was lost does not make it offline", async () => {
  const { sync } = await engine("a");
  let fail: (error: Error) => void = () => undefined;
  vi.stubGlobal("fetch", () => new Promise((_, reject) => (fail = reject)));
  const sending = sync.resume(LEASE);
  await vi.waitFor(() => expect(fail.length).toBe(1));
  await sync.lose("Ben works on this task now.");
  fail(new TypeError("Failed to fetch"));
  await sending;
  expect(sync.state).toEqual({ kind: "lost", sentence: "Ben works on this task now." });
});

test("the pause between tries doubles from one second to fifteen", () => {
  expect([1, 2, 3, 4, 5, 60].map(backoff_ms)).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
  ]);
});
