// @vitest-environment jsdom
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Me } from "../api/types";
import { Buckets } from "./Buckets";
import { CallbackCard } from "./CallbackCard";
import { Callbacks } from "./Callbacks";
import { EmptyTasks } from "./EmptyTasks";
import { Queue } from "./Queue";
import { Reference } from "./Reference";
import { Review } from "./Review";
import { SignIn } from "./SignIn";
import { Task } from "./Task";
import { TaskList } from "./TaskList";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

type Answer = readonly [number, unknown];
let asked: string[] = [];
let unmount = () => {};

beforeEach(() => {
  asked = [];
  document.body.replaceChildren();
});
afterEach(() => {
  unmount();
  vi.unstubAllGlobals();
});

/** The server, which answers by the start of the path. */
function serve(answers: Readonly<Record<string, Answer>>): void {
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    const found = Object.entries(answers).find(([start]) => path.startsWith(start));
    const [status, body] = found?.[1] ?? [404, { error: "no such path" }];
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
}

async function page(at: string, shown: ReactNode): Promise<HTMLElement> {
  history.replaceState(null, "", at);
  const host = document.createElement("div");
  document.body.append(host);
  const root = createRoot(host);
  unmount = () => act(() => root.unmount());
  await act(async () => {
    root.render(shown);
    await new Promise((done) => setTimeout(done, 20));
  });
  return host;
}

function button(host: HTMLElement, word: string): HTMLButtonElement | undefined {
  return [...host.querySelectorAll("button")].find((one) => one.textContent === word);
}

async function press(host: HTMLElement, word: string): Promise<void> {
  await act(async () => {
    button(host, word)?.click();
    await new Promise((done) => setTimeout(done, 20));
  });
}

const person = (role: Me["role"]) => ({ person_id: "1", email: "a@b.example", role });

test.each(["live", "test"])("an empty list says how to make a %s key and where the API is", async (mode) => {
  const host = await page(`/?mode=${mode}`, <EmptyTasks me={person("manager")} status="all" project="" onFiles={() => {}} />);
  expect(host.textContent).toContain(
    `.venv/bin/groundplane keys create --data data --mode ${mode}`,
  );
  expect(host.textContent).toContain(`api_instance_url="${location.origin}/v1"`);
});

test("the callback secret is asked for only when it is to be shown", async () => {
  serve({
    "/app/callback-secret": [200, { mode: "test", secret: "s3cret", signing_secrets: ["whsec_bmV3"] }],
    "/app/tasks/": [200, { deliveries: [] }],
  });
  const host = await page("/?mode=test", <CallbackCard taskId="1" callbackUrl="https://a.example" />);
  expect(asked.some((path) => path.includes("secret"))).toBe(false);
  await press(host, "Show");
  expect(asked).toContain("/app/callback-secret?mode=test");
  expect(host.querySelector("pre")?.textContent).toBe("s3cret");
  await press(host, "Hide");
  expect(host.textContent).not.toContain("s3cret");
});

test("a refused link cannot be pressed again, and the page says how to get another", async () => {
  serve({ "/app/sign-in": [401, { error: "This link was used." }] });
  const host = await page("/sign-in?token=t", <SignIn />);
  await press(host, "Sign in");
  expect(button(host, "Sign in")).toBeUndefined();
  expect(host.textContent).toContain("Ask a manager for a new link");
});

test("a link that got no answer may be tried again", async () => {
  serve({ "/app/sign-in": [503, null] });
  const host = await page("/sign-in?token=t", <SignIn />);
  await press(host, "Sign in");
  expect(button(host, "Sign in")?.disabled).toBe(false);
});

test.each([
  ["labeler", "/", true],
  ["labeler", "/?status=all", false],
  ["manager", "/", false],
] as const)("a %s at %s sees only pending tasks: %s", async (role, at, isPending) => {
  serve({ "/app/tasks": [200, { tasks: [], total: 0, next_token: null }] });
  await page(at, <TaskList me={person(role)} />);
  expect(asked[0]?.includes("status=pending")).toBe(isPending);
  expect(asked[0]?.includes("status=all")).toBe(false);
});

const detail = (more: object) => ({
  task_id: "1",
  type: "lidartopdown",
  status: "pending",
  state: "created",
  project: null,
  created_at: "2024-01-01T00:00:00.000Z",
  updated_at: "2024-01-01T00:00:00.000Z",
  completed_at: null,
  unique_id: null,
  instruction: null,
  frames_total: 0,
  frames_settled: 0,
  frames_failed: 0,
  lease_holder: null,
  batch: null,
  is_test: false,
  is_demo: false,
  has_workstation: false,
  priority: 0,
  tags: [],
  error: null,
  bad_frames: [],
  events: [],
  dependence: { source_task_id: null, ordered: 0, require_audit: false, made: [] },
  callback_succeeded: null,
  callback_url: null,
  response_url: null,
  metadata: null,
  params: null,
  ...more,
});

test.each([
  [{ state: "created" }, true, false],
  [{ state: "ready", frames_total: 2, frames_settled: 2 }, true, false],
  [{ state: "canceled" }, false, false],
  [{ state: "ready", has_workstation: true }, false, true],
])("a task %j says that it has no workstation: %s; it can be labeled: %s", async (more, says, starts) => {
  serve({ "/app/tasks/1": [200, detail(more)] });
  const host = await page("/tasks/1", <Task taskId="1" me={person("labeler")} />);
  const sentence = "There is no workstation for tasks of type lidartopdown yet.";
  expect(host.textContent.includes(sentence)).toBe(says);
  expect(host.textContent.includes("Start labeling")).toBe(starts);
  expect(host.textContent).not.toContain("Reading the files");
});

const one = { task_id: "2", type: "lidarlinking", state: "created", problem: null };
const refused = { task_id: "3", type: "lidarsegmentation", state: null, problem: "Taken." };

test.each([
  [{ ordered: 1 }, "One task is made of this one when it is completed.", []],
  [
    { ordered: 2, require_audit: true },
    "2 tasks are made of this one when it is completed and its audit accepts it.",
    [],
  ],
  [{ ordered: 2, made: [one, refused] }, "Not made: Taken.", ["/tasks/2"]],
  [{ source_task_id: "9" }, "Builds on the task 9", ["/tasks/9"]],
])("a task that hangs together with others %j says %s and links them", async (more, says, links) => {
  const alone = detail({}).dependence;
  serve({ "/app/tasks/1": [200, detail({ dependence: { ...alone, ...more } })] });
  const host = await page("/tasks/1", <Task taskId="1" me={person("labeler")} />);
  expect(host.textContent).toContain(says);
  const found = [...host.querySelectorAll("a")].map((a) => a.getAttribute("href"));
  expect(found.filter((href) => href?.startsWith("/tasks/"))).toEqual(links);
});

test("a task alone has no card of connected tasks", async () => {
  serve({ "/app/tasks/1": [200, detail({})] });
  const host = await page("/tasks/1", <Task taskId="1" me={person("labeler")} />);
  expect(host.textContent).not.toContain("Connected tasks");
});

const delivery = (more: object) => ({
  delivery_id: "d1",
  task_id: "6a0000000000000000000001",
  event: "answered",
  event_seq: 2,
  url: "https://a.example/hook",
  state: "delivered",
  created_at: "2024-01-01T00:00:00.000Z",
  attempts: [
    { attempt: 1, at: "2024-01-01T00:00:01.000Z", duration_ms: 7, status: null, outcome: "Reset." },
    { attempt: 2, at: "2024-01-01T00:00:06.000Z", duration_ms: 8, status: 204, outcome: "Fine." },
  ],
  ...more,
});

test("all callbacks are listed, tried again and paged, and resting endpoints asked at once", async () => {
  const batch = delivery({
    delivery_id: "d2",
    task_id: undefined,
    batch: "week 1",
    state: "pending",
    waits_for: "endpoint",
    next_attempt_at: "2024-01-01T00:01:00.000Z",
    attempts: [],
  });
  const resting = [
    { endpoint: "b.example:443", failures: 4, open_until: "2024-01-01T00:01:00.000Z", held: 1 },
  ];
  serve({
    "/app/callbacks/d1/resend": [200, {}],
    "/app/callback-endpoints/try": [404, { error: "It does not rest." }],
    "/app/callbacks": [200, { deliveries: [delivery({}), batch], next_token: "t1", resting }],
  });
  const host = await page("/callbacks?mode=test", <Callbacks />);
  expect(asked).toEqual(["/app/callbacks?limit=50&state=all&mode=test"]);
  expect(host.textContent).toContain("Batch week 1");
  expect(host.textContent).toContain("it is asked again");
  expect(host.querySelector("a")?.getAttribute("href")).toBe(
    "/tasks/6a0000000000000000000001?mode=test",
  );
  expect(host.textContent).not.toContain("Reset.");
  await press(host, "204 · 2 attempts");
  expect(host.textContent).toContain("Reset.");
  await press(host, "Send again");
  expect(asked).toContain("/app/callbacks/d1/resend?mode=test");
  await press(host, "Try now");
  expect(host.querySelector('[role="alert"]')?.textContent).toBe("It does not rest.");
  await press(host, "Next page");
  expect(asked.at(-1)).toBe("/app/callbacks?limit=50&state=all&next_token=t1&mode=test");
  await press(host, "Failed");
  expect(asked.at(-1)).toBe("/app/callbacks?limit=50&state=failed&mode=test");
});

test.each([
  ["/callbacks", [200, { deliveries: [], next_token: null, resting: [] }], "No callbacks yet."],
  ["/callbacks", [403, { error: "Only managers." }], "Only managers."],
] as const)("%s with nothing to show says why: %j", async (at, answer, sentence) => {
  serve({ "/app/callbacks": answer });
  const host = await page(at, <Callbacks />);
  expect(host.textContent).toContain(sentence);
});

test("the reference finds endpoints by their words and shows what they take and answer", async () => {
  const task = { properties: { task_id: { type: "string" } }, required: ["task_id"] };
  const answer = { description: "OK", content: { json: { schema: { $ref: "#/components/Task" } } } };
  const path = { name: "task_id", in: "path", required: true, schema: { type: "string" } };
  const operation = (description: string, tag: string) => ({
    description,
    tags: [tag],
    parameters: [path],
    responses: { 200: answer, 404: { description: "Not Found" } },
  });
  serve({
    "/openapi.json": [
      200,
      {
        paths: {
          "/app/me": { get: operation("Who is signed in.", "browser") },
          "/v1/task/{task_id}": { get: operation("Retrieve a task.", "tasks") },
        },
        components: { schemas: { Task: task } },
      },
    ],
  });
  const host = await page("/reference", <Reference />);
  const shown = () => [...host.querySelectorAll("summary code")].map((one) => one.textContent);
  expect(shown()).toEqual(["GET /v1/task/{task_id}", "GET /app/me"]);
  const search = host.querySelector("input");
  await act(async () => {
    // React listens to the element's own setter; the prototype's is the browser's.
    if (search !== null) Reflect.set(HTMLInputElement.prototype, "value", "get RETRIEVE", search);
    search?.dispatchEvent(new Event("input", { bubbles: true }));
    await Promise.resolve();
  });
  expect(shown()).toEqual(["GET /v1/task/{task_id}"]);
  const details = host.querySelector("details");
  await act(async () => {
    details?.setAttribute("open", "");
    details?.dispatchEvent(new Event("toggle"));
    await Promise.resolve();
  });
  const cells = [...host.querySelectorAll("td")].map((one) => one.textContent);
  expect(cells).toEqual([
    ...["task_id", "string, in the path required", ""],
    ...["task_id", "string required", ""],
  ]);
});

const held = {
  task_id: "6a0000000000000000000001",
  unique_id: "drive 7",
  project: "roads",
  batch: null,
  type: "lidarannotation",
  kind: "label",
  since: "2024-01-01T00:00:00.000Z",
  comment: "The truck is a car.",
};

test("the queue says why work came back, gives it back, and asks for the next task", async () => {
  serve({
    "/app/queue/next": [200, { task_id: null }],
    "/app/queue": [200, { waiting: [{ project: "roads", batch: "week 1", tasks: 3 }], held: [held] }],
    "/app/tasks/": [409, { error: "This task is not with you any more." }],
  });
  const host = await page("/queue?mode=test", <Queue />);
  expect(host.textContent).toContain("Returned: The truck is a car.");
  expect(host.textContent).toContain("3 tasks wait");
  await press(host, "Give back");
  expect(asked).toContain("/app/tasks/6a0000000000000000000001/give-back?mode=test");
  expect(host.querySelector('[role="alert"]')?.textContent).toBe("This task is not with you any more.");
  await press(host, "Next task");
  expect(asked).toContain("/app/queue/next?mode=test");
  expect(host.textContent).toContain("nothing waits for you now");
});

test.each([
  ["reviewer", true],
  ["manager", false],
] as const)("a %s sees what is reviewed, in boxes that are disabled: %s", async (role, isDisabled) => {
  serve({
    "/app/review-rules": [200, { rules: [{ project: null, reviewed: true }] }],
    "/app/review": [200, { waiting: [], held: [], in_review: [] }],
  });
  const me = { person_id: "1", email: "a@b.example", role };
  const host = await page("/review", <Review me={me} />);
  expect(host.textContent).toContain("Nothing waits for you");
  const box = host.querySelector<HTMLInputElement>("input[type=checkbox]");
  expect([box?.checked, box?.disabled]).toEqual([true, isDisabled]);
});

const delivered = {
  has_labels: true,
  fix: { by: "b@c.example", since: "2024-01-01T00:00:00.000Z", mine: false, is_handed_in: false },
  review_status: "rejected",
  audits: [],
  prior_urls: ["https://results.example/1"],
};

test.each([
  ["labeler", delivered, []],
  ["reviewer", delivered, ["Discard fix", "Accept", "Reject", "Continue fix"]],
  ["manager", { ...delivered, fix: null }, ["Accept", "Reject", "Fix"]],
  ["manager", { ...delivered, fix: null, has_labels: false }, ["Accept", "Reject"]],
  ["manager", { ...delivered, fix: { ...delivered.fix, is_handed_in: true } }, []],
] as const)("a completed task offers a %s what can be done: %j", async (role, now, may) => {
  serve({
    "/app/tasks/1/after-delivery": [200, now],
    "/app/tasks/1": [200, detail({ state: "completed" })],
  });
  const host = await page("/tasks/1", <Task taskId="1" me={person(role)} />);
  const buttons = [...host.querySelectorAll("button")].filter((one) => !one.disabled);
  expect(buttons.map((one) => one.textContent).filter((word) => word !== "Copy")).toEqual(may);
  expect(asked.some((path) => path.includes("after-delivery"))).toBe(role !== "labeler");
});

test("keys of buckets are listed without secrets, and the bucket's word stands beside its key", async () => {
  const one = {
    address: "s3://drives/2026",
    endpoint: "https://s3.eu-central-1.amazonaws.com",
    region: "eu-central-1",
    key_id: "AKIA",
    changed_at: "2026-11-29T00:00:00.000Z",
  };
  serve({
    "/app/bucket-keys/check": [200, { opens: false, sentence: "The bucket refused the key." }],
    "/app/bucket-keys": [200, { bucket_keys: [one] }],
  });
  // jsdom has no modal dialogs.
  Object.assign(HTMLDialogElement.prototype, { showModal() {}, close() {}, scrollTo() {} });
  const host = await page("/buckets", <Buckets />);
  expect(host.textContent).toContain(one.address);
  await press(host, "Check");
  await act(async () => {
    host.ownerDocument.querySelector<HTMLButtonElement>("dialog button[type=submit]")?.click();
    await new Promise((done) => setTimeout(done, 20));
  });
  expect(asked).toContain("/app/bucket-keys/check");
  expect(host.querySelector(".note.bad")?.textContent).toBe("The bucket refused the key.");
});
