import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import "fake-indexeddb/auto";
import type { Me, News, Work } from "../../api/types";
import { Journal } from "../../journal/journal";
import { IDENTITY } from "../../geometry/quat";
import { cuboidAt, moveCuboid } from "./edits";
import { CAR, storeOf, withCar } from "./testing";
import { TaskWork } from "./work";

const ME: Me = { person_id: "anna", email: "anna@example.com", role: "labeler" };
const DOCUMENT = "doc-1";
const at = { time_ns: 0, cameraUsed: null };
const car = withCar({ keys: { 0: 10 } });

/** The server's side of one task, at the HTTP boundary. */
const server = {
  takesEdits: true,
  state: "in_progress" as News["state"],
  holder: null as string | null,
  claims: 0,
  known: [] as string[],
  answer(path: string, body: unknown): { status: number; body: unknown } {
    const lease = { holder: this.holder, mine: false };
    if (path.includes("/transactions/known")) {
      const { op_ids } = body as { op_ids: string[] };
      const known = op_ids.filter((one) => this.known.includes(one));
      const accepted = known.map((op_id) => ({ outcome: "accepted", op_id, seq: 40 }));
      return { status: 200, body: { known: accepted } };
    }
    if (path.includes("/transactions?")) {
      const news = { transactions: [], seq: 40, state: this.state, lease };
      return { status: 200, body: { ...news, takes_edits: this.takesEdits } };
    }
    if (path.includes("/claim")) this.claims += 1;
    return { status: 409, body: { error: `${this.holder} works on this task now.` } };
  },
};

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
    lease: { holder: server.holder, mine: false },
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
let task: TaskWork | null = null;

async function start(): Promise<TaskWork> {
  task = await TaskWork.open(opened(), ME);
  void task.start();
  return task;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  Object.assign(server, { takesEdits: true, state: "in_progress", holder: null, claims: 0, known: [] });
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal("navigator", {
    locks: { request: (_n: string, _o: unknown, held: (lock: object) => Promise<void>) => held({}) },
    storage: { persist: () => Promise.resolve(true) },
  });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("location", { search: "" });
  vi.stubGlobal("fetch", (path: string, init: { body?: string }) => {
    const sent: unknown = init.body === undefined ? null : JSON.parse(init.body);
    const { status, body } = server.answer(path, sent);
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
});

afterEach(() => {
  task?.close();
  task = null;
  vi.unstubAllGlobals();
});

test("a window that lost its task shows the delivered document once it is finished", async () => {
  server.holder = "ben@example.com";
  await unsentMove();
  const { store, status } = await start();
  await vi.waitFor(() => expect(status.getState().sync.kind).toBe("lost"));
  expect(status.getState()).toMatchObject({ unsent: 1, editing: false, takesEdits: true });
  expect(x(task!)).toBe(11);

  Object.assign(server, { takesEdits: false, state: "completed", holder: null });
  await vi.waitFor(() => expect(status.getState().sync.kind).toBe("finished"), 10_000);
  await vi.waitFor(() => expect(status.getState().refused).toHaveLength(1));
  expect(status.getState()).toMatchObject({ unsent: 0, blocked: "The task was completed." });
  const [refused] = status.getState().refused;
  expect(refused?.reason).toBe("The task was completed before this edit was saved.");
  expect(x(task!)).toBe(10);
  expect(store.view().canUndo).toBe(false);
});

test("a task that was finished while the tab was closed opens as it was delivered", async () => {
  await unsentMove();
  Object.assign(server, { takesEdits: false, state: "canceled" });
  const { status } = await start();
  expect(x(task!)).toBe(10);
  await vi.waitFor(() => expect(status.getState().refused).toHaveLength(1));
  expect(status.getState()).toMatchObject({ unsent: 0, blocked: "The task was canceled." });
  expect(server.claims).toBe(0);
});

test("an edit that made it into the finished task is not called refused", async () => {
  server.known = [await unsentMove()];
  Object.assign(server, { takesEdits: false, state: "in_progress" });
  const { status } = await start();
  await vi.waitFor(() => expect(status.getState().sync.kind).toBe("finished"));
  await vi.waitFor(() => expect(status.getState().unsent).toBe(0));
  expect(status.getState()).toMatchObject({ refused: [], blocked: "The task was handed in." });
});
