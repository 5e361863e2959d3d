import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "fake-indexeddb/auto";
import type { Me, News, Work } from "../../api/types";
import { Journal } from "../../journal/journal";
import { IDENTITY } from "../../geometry/quat";
import { cuboidAt, moveCuboid } from "./edits";
import { FakeLocks } from "./locks.testing";
import { CAR, storeOf, withCar } from "./testing";
import { TaskWork } from "./work";

const ME: Me = { person_id: "anna", email: "anna@example.com", role: "labeler" };
const DOCUMENT = "doc-1";
const at = { time_ns: 0, cameraUsed: null };
const car = withCar({ keys: { 0: 10 } });

/** The server's side of one task, at the HTTP boundary. */
class FakeServer {
  takesEdits = true;
  state: News["state"] = "in_progress";
  holder: string | null = null;
  fence = 7;
  claims = 0;
  known: string[] = [];
  /** Whose session cookie this browser has; null: nobody's. */
  signedIn: string | null = ME.person_id;
  sent: string[] = [];
  build = "build-1";

  answer(path: string, body: unknown): { status: number; body: unknown } {
    if (this.signedIn === null) return { status: 401, body: { error: "Please sign in." } };
    if (path === "/app/me") return { status: 200, body: { ...ME, person_id: this.signedIn } };
    if (path.includes("/transactions/known")) return this.#known(body as { op_ids: string[] });
    if (path.includes("/transactions?")) return { status: 200, body: this.#news() };
    if (path.includes("/claim")) return this.#claim(body as { person_id: string });
    if (path.endsWith("/transactions")) return this.#accept(body as SentEdits);
    return { status: 200, body: {} };
  }

  #claim({ person_id }: { person_id: string }): { status: number; body: unknown } {
    this.claims += 1;
    if (person_id !== this.signedIn) return { status: 401, body: { error: "Somebody else." } };
    if (this.holder !== null && this.holder !== ME.email) {
      return { status: 409, body: { error: `${this.holder} works on this task now.` } };
    }
    this.fence += 1;
    this.holder = ME.email;
    return { status: 200, body: { lease_id: `lease-${this.fence}`, fence: this.fence } };
  }

  #accept({ fence, transactions }: SentEdits): { status: number; body: unknown } {
    if (this.signedIn !== ME.person_id) return { status: 401, body: { error: "Somebody else." } };
    if (fence !== this.fence) return { status: 409, body: { error: "Taken." } };
    const results = transactions.map(({ op_id }) => {
      this.sent.push(op_id);
      return { outcome: "accepted", op_id, seq: 40 + this.sent.length };
    });
    return { status: 200, body: { results, seq: 40 + this.sent.length } };
  }

  #news(): object {
    const mine = this.holder === ME.email;
    const people = [{ name: ME.email, windows: 1, mine: true }];
    const lease = { holder: this.holder, mine, fence: this.fence };
    const news = { transactions: [], seq: 40, state: this.state, lease, people };
    return { ...news, takes_edits: this.takesEdits };
  }

  #known({ op_ids }: { op_ids: string[] }): { status: number; body: unknown } {
    const known = op_ids
      .filter((one) => this.known.includes(one))
      .map((op_id) => ({ outcome: "accepted", op_id, seq: 40 }));
    return { status: 200, body: { known } };
  }
}

interface SentEdits {
  readonly fence: number;
  readonly transactions: readonly { readonly op_id: string }[];
}

let server = new FakeServer();

function opened(): Work {
  const parts = [...car.objects].flatMap(([object_id, { parts: written }]) =>
    [...written].map(([part, { value, op_id }]) => ({ object_id, part, value, op_id })),
  );
  return {
    task_id: "task-1",
    document_id: DOCUMENT,
    seq: 40,
    state: server.state,
    parts,
    lease: { holder: server.holder, mine: false, fence: server.fence },
    takes_edits: server.takesEdits,
  } as unknown as Work;
}

/** Anna moved the car to x = 11 offline, and closed the tab. */
async function unsentMove(): Promise<string> {
  const made = storeOf(car, 40).commit(
    moveCuboid(car, CAR, { centre: [11, 7, 1.5], size: [4.5, 1.9, 1.6], rotation: IDENTITY }, at),
  );
  const journal = await Journal.open(ME.person_id);
  await journal.append(DOCUMENT, made!);
  journal.close();
  return made!.op_id;
}

const x = (task: TaskWork) => cuboidAt(task.store.view().document, CAR, 0)?.centre_m[0];
const moveTo = (task: TaskWork, to: number) => {
  const box = { centre: [to, 7, 1.5], size: [4.5, 1.9, 1.6], rotation: IDENTITY } as const;
  task.edit(moveCuboid(task.store.view().document, CAR, box, at));
};

const tabs: TaskWork[] = [];
const listeners = new Map<string, (event: { preventDefault(): void }) => void>();

async function start(): Promise<TaskWork> {
  const tab = await TaskWork.open(opened(), ME);
  tabs.push(tab);
  void tab.start();
  return tab;
}

async function editing(): Promise<TaskWork> {
  const tab = await start();
  await vi.waitFor(() => expect(tab.status.getState().editing).toBe(true));
  return tab;
}

/** Whether the browser would ask before it closes the tab. */
function asksBeforeClosing(): boolean {
  const preventDefault = vi.fn();
  listeners.get("beforeunload")?.({ preventDefault });
  return preventDefault.mock.calls.length > 0;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  server = new FakeServer();
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal("navigator", {
    locks: new FakeLocks(),
    storage: { persist: () => Promise.resolve(true) },
  });
  vi.stubGlobal("addEventListener", (kind: string, listener: () => void) => {
    listeners.set(kind, listener);
  });
  vi.stubGlobal("location", { search: "" });
  vi.stubGlobal("fetch", (path: string, init: { body?: string }) => {
    const sent: unknown = init.body === undefined ? null : JSON.parse(init.body);
    const { status, body } = server.answer(path, sent);
    const headers = { "x-groundplane-build": server.build };
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
  });
});

afterEach(() => {
  for (const tab of tabs.splice(0)) tab.close();
  vi.unstubAllGlobals();
});

test("a window that lost its task shows the delivered document once it is finished", async () => {
  server.holder = "ben@example.com";
  await unsentMove();
  const task = await start();
  const { store, status } = task;
  await vi.waitFor(() => expect(status.getState().sync.kind).toBe("lost"));
  expect(status.getState()).toMatchObject({ unsent: 1, editing: false, takesEdits: true });
  expect(x(task)).toBe(11);

  Object.assign(server, { takesEdits: false, state: "completed", holder: null });
  await vi.waitFor(() => expect(status.getState().sync.kind).toBe("finished"), 10_000);
  await vi.waitFor(() => expect(status.getState().refused).toHaveLength(1));
  expect(status.getState()).toMatchObject({ unsent: 0, blocked: { kind: "ended", sentence: "The task was completed." } });
  const [refused] = status.getState().refused;
  expect(refused?.reason).toBe("The task was completed before this edit was saved.");
  expect(x(task)).toBe(10);
  expect(store.view().canUndo).toBe(false);
});

test("a task that was finished while the tab was closed opens as it was delivered", async () => {
  await unsentMove();
  Object.assign(server, { takesEdits: false, state: "canceled" });
  const task = await start();
  const { status } = task;
  expect(x(task)).toBe(10);
  await vi.waitFor(() => expect(status.getState().refused).toHaveLength(1));
  expect(status.getState()).toMatchObject({ unsent: 0, blocked: { kind: "ended", sentence: "The task was canceled." } });
  expect(server.claims).toBe(0);
});

test("an edit that made it into the finished task is not called refused", async () => {
  server.known = [await unsentMove()];
  Object.assign(server, { takesEdits: false, state: "in_progress" });
  const { status } = await start();
  await vi.waitFor(() => expect(status.getState().sync.kind).toBe("finished"));
  await vi.waitFor(() => expect(status.getState().unsent).toBe(0));
  expect(status.getState()).toMatchObject({ refused: [], blocked: { kind: "ended", sentence: "The task was handed in." } });
});

test("a second tab only looks, may take over, and the first one goes on when it is closed", async () => {
  const first = await editing();
  const second = await start();
  await vi.waitFor(() => expect(second.status.getState().blocked).toEqual({ kind: "tab" }));
  moveTo(second, 12);
  expect(x(second)).toBe(10);

  await second.claim(true);
  await vi.waitFor(() => expect(first.status.getState().blocked).toEqual({ kind: "tab" }));
  expect([first.status.getState().editing, second.status.getState().editing]).toEqual([false, true]);

  tabs.pop()?.close();
  await vi.waitFor(() => expect(first.status.getState().editing).toBe(true), 10_000);
});

test("a tab that is reloaded has its work back, although another one waits for it", async () => {
  const waiting = await editing();
  const reloading = await start();
  await reloading.claim(true);
  await vi.waitFor(() => expect(waiting.status.getState().blocked).toEqual({ kind: "tab" }));
  tabs.pop()?.close();
  await new Promise((later) => setTimeout(later, 400));
  const reloaded = await editing();
  await new Promise((later) => setTimeout(later, 3_000));
  expect(reloaded.status.getState().editing).toBe(true);
  expect(waiting.status.getState().editing).toBe(false);
});

test("what a tab had not sent when another took over is sent and shown by that one", async () => {
  const first = await editing();
  const second = await start();
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
    path.endsWith("/transactions") ? Promise.reject(new TypeError("down")) : fetch(path, init),
  );
  moveTo(first, 12);
  await vi.waitFor(() => expect(first.status.getState().sync.kind).toBe("offline"));
  await second.claim(true);
  expect(x(second)).toBe(12);
  moveTo(second, 13);
  vi.stubGlobal("fetch", fetch);
  await vi.waitFor(() => expect(server.sent).toHaveLength(2), 10_000);
});

test("whose task was taken by somebody else is told who has it, and when it is free", async () => {
  const task = await editing();
  server.holder = "ben@example.com";
  server.fence += 1;
  const ben = { kind: "person", name: "ben@example.com" };
  await vi.waitFor(() => expect(task.status.getState().blocked).toEqual(ben), 10_000);
  expect(task.status.getState().editing).toBe(false);
  server.holder = null;
  await vi.waitFor(() => expect(task.status.getState().blocked).toEqual({ kind: "free" }), 10_000);
});

test("100 edits wait for the same person to sign in again, in whatever tab", async () => {
  const task = await editing();
  server.signedIn = null;
  for (let step = 1; step <= 100; step++) moveTo(task, 10 + step);
  await vi.waitFor(() => expect(task.status.getState().sync.kind).toBe("signed-out"));

  server.signedIn = "ben";
  await task.signedIn();
  await vi.waitFor(() => expect(task.status.getState().sync.kind).toBe("signed-out"));
  expect(server.sent).toEqual([]);
  const mine = await Journal.open(ME.person_id);
  await vi.waitFor(async () => expect(await mine.unsent(DOCUMENT)).toBe(100));
  mine.close();

  server.signedIn = ME.person_id;
  await vi.waitFor(() => expect(server.sent).toHaveLength(100), 10_000);
  await vi.waitFor(() => expect(task.status.getState().unsent).toBe(0));
});

test("edits of the last visit are shown as restored and sent", async () => {
  const op_id = await unsentMove();
  const task = await editing();
  expect(task.status.getState().restored).toBe(1);
  expect(x(task)).toBe(11);
  await vi.waitFor(() => expect(server.sent).toEqual([op_id]));
});

test("without a disk edits are saved all the same, and the tab asks before it is closed", async () => {
  globalThis.indexedDB = undefined as unknown as IDBFactory;
  const task = await editing();
  expect(task.status.getState().diskProblem).not.toBe(null);
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("down")));
  moveTo(task, 12);
  await vi.waitFor(() => expect(task.status.getState().onlyHere).toBe(1));
  expect(asksBeforeClosing()).toBe(true);
  vi.stubGlobal("fetch", fetch);
  await vi.waitFor(() => expect(server.sent).toHaveLength(1), 10_000);
  await vi.waitFor(() => expect(task.status.getState().onlyHere).toBe(0));
  expect(asksBeforeClosing()).toBe(false);
});

test("an edit that an update has made unreadable is refused, and the task opens", async () => {
  const journal = await Journal.open(ME.person_id);
  const change = { object_id: CAR, part: "hologram/3", base: null, before: null, after: { x: 1 } };
  await journal.append(DOCUMENT, { op_id: "old", at: "2026-11-25", active_ms: 0, changes: [change] });
  journal.close();
  const task = await editing();
  expect(task.status.getState()).toMatchObject({ restored: 0, unsent: 0 });
  expect(task.status.getState().refused[0]?.opId).toBe("old");
});

test("a tab left open over an update of the server says so, and goes on saving", async () => {
  const task = await editing();
  server.build = "build-2";
  moveTo(task, 12);
  await vi.waitFor(() => expect(task.status.getState().updated).toBe(true));
  await vi.waitFor(() => expect(task.status.getState().unsent).toBe(0));
});
