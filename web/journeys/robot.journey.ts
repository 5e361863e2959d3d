/**
 * A robot that nudges cuboids by key while its browser is killed, its network cut and its server
 * killed. It notes outside of the browser what was written to the journal and what was
 * acknowledged; tests/faults/test_saving.py judges.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { CHROMIUM, pointsShown, QUIET } from "./browser";
import { random } from "./random";

interface Plan {
  readonly url: string;
  readonly hands: string;
  readonly taskId: string;
  readonly cookie: Readonly<Record<string, string>>;
  readonly profile: string;
  readonly kills: number;
  readonly edits: number;
  readonly result: string;
  readonly seed: number;
}

interface Made {
  readonly opId: string;
  readonly at_ms: number;
  /** How long before its browser was killed. */
  beforeKill_ms: number;
}

const KEYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "q", "w", "Alt+ArrowUp"];
const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const chance = random(plan.seed);
const made = new Map<string, Made>();
const acknowledged = new Set<string>();
let running: ChildProcess | null = null;
let restored = 0;
let restorations = 0;

interface Life {
  readonly chromiumProcess: ChildProcess;
  readonly browser: Browser;
  readonly page: Page;
}

afterAll(() => {
  // A robot that failed leaves no browser behind.
  if (running?.pid !== undefined) process.kill(-running.pid, "SIGKILL");
});

test("a robot edits through everything", { timeout: 880_000 }, async () => {
  const perLife = Math.ceil(plan.edits / (plan.kills + 1));
  for (let life = 0; life < plan.kills; life++) {
    const alive = await begin();
    await edit(alive.page, perLife, true);
    await kill(alive);
  }
  const last = await begin();
  while (made.size < plan.edits) await edit(last.page, Math.min(perLife, plan.edits - made.size), false);
  await last.page.waitForFunction(() => window.groundplane?.unsent() === 0, null, { timeout: 60_000 });
  expect(await last.page.getByText("refused").count()).toBe(0);
  await kill(last);
  const result = {
    made: [...made.values()],
    acknowledged: [...acknowledged],
    kills: plan.kills,
    restored,
    restorations,
  };
  writeFileSync(plan.result, JSON.stringify(result));
});

async function begin(): Promise<Life> {
  await fetch(`${plan.hands}/up`, { method: "POST" });
  const chromiumProcess = spawn(
    CHROMIUM,
    ["--headless=new", `--user-data-dir=${plan.profile}`, "--remote-debugging-port=0", ...QUIET],
    { detached: true, stdio: ["ignore", "ignore", "pipe"] },
  );
  running = chromiumProcess;
  const browser = await chromium.connectOverCDP(await addressOf(chromiumProcess));
  const [context] = browser.contexts();
  if (context === undefined) throw new Error("the browser has no window");
  const cookies = Object.entries(plan.cookie).map(([name, value]) => ({ name, value, url: plan.url }));
  await context.addCookies(cookies);
  await context.exposeBinding("robotNote", (_, kind: string, opIds: string[], at_ms: number) => {
    note(kind, opIds, at_ms);
  });
  await context.addInitScript(listen);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize({ width: 900, height: 600 });
  await page.goto(`${plan.url}/tasks/${plan.taskId}/work`);
  await mayEdit(page);
  return { chromiumProcess, browser, page };
}

/** The address on which the browser takes commands; it prints it once. */
function addressOf(chromiumProcess: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    chromiumProcess.stderr?.on("data", (data: Buffer) => {
      text += data.toString();
      const found = /ws:\/\/\S+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
    chromiumProcess.once("exit", () => reject(new Error(`Chromium ended: ${text.slice(-2_000)}`)));
  });
}

/** Until the window may edit; a browser that was killed before it knew its name takes over. */
async function mayEdit(page: Page): Promise<void> {
  await pointsShown(page);
  const takeOver = page.getByRole("button", { name: "Take over here" });
  const undo = page.getByRole("button", { name: "Submit" });
  await expect
    .poll(
      async () => {
        if (await takeOver.isVisible()) await takeOver.click();
        return undo.isEnabled();
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  const banner = page.getByText("from your last visit");
  if (await banner.isVisible()) {
    restorations += 1;
    restored += Number(/^\d+/.exec((await banner.textContent()) ?? "")?.[0] ?? 0);
  }
  await page.locator("canvas").first().click({ position: { x: 5, y: 5 } });
  await page.keyboard.press("Tab");
}

/** Presses keys until so many edits were noted, with one cut and one kill somewhere among them. */
async function edit(page: Page, count: number, faults: boolean): Promise<void> {
  const until = made.size + count;
  const cutAt = made.size + Math.floor(chance() * count);
  const killAt = made.size + Math.floor(chance() * count);
  let isCut = !faults;
  let isKilled = !faults;
  const within_ms = performance.now() + 30_000 + count * 400;
  while (made.size < until || !isCut || !isKilled) {
    if (performance.now() > within_ms) throw new Error("the robot's edits are not made");
    if (!isCut && made.size >= cutAt) {
      isCut = true;
      await fetch(`${plan.hands}/cut?seconds=${(0.2 + chance()).toFixed(2)}`, { method: "POST" });
    }
    if (!isKilled && made.size >= killAt) {
      isKilled = true;
      void fetch(`${plan.hands}/kill`, { method: "POST" });
    }
    await page.keyboard.press(keyNow());
  }
}

function keyNow(): string {
  const draw = chance();
  if (draw < 0.03) return "Tab";
  if (draw < 0.08) return "Control+z";
  if (draw < 0.1) return "Control+y";
  return KEYS[Math.floor(chance() * KEYS.length)] ?? "ArrowUp";
}

/** At once and without warning, every process of it. */
async function kill({ chromiumProcess, browser }: Life): Promise<void> {
  const { pid } = chromiumProcess;
  if (pid === undefined) throw new Error("Chromium never began");
  const gone = new Promise((resolve) => chromiumProcess.once("exit", resolve));
  const killed_ms = Date.now();
  process.kill(-pid, "SIGKILL");
  await gone;
  running = null;
  await browser.close().catch(() => undefined);
  for (const one of made.values()) {
    if (one.beforeKill_ms === Infinity) one.beforeKill_ms = killed_ms - one.at_ms;
  }
  // What a killed Chromium leaves behind keeps the next one from starting.
  for (const name of ["SingletonLock", "SingletonCookie", "SingletonSocket"]) {
    rmSync(join(plan.profile, name), { force: true });
  }
}

function note(kind: string, opIds: readonly string[], at_ms: number): void {
  for (const opId of opIds) {
    if (kind === "acknowledged") acknowledged.add(opId);
    else made.set(opId, { opId, at_ms, beforeKill_ms: Infinity });
  }
}

/** In the page: tells of every edit that goes to the journal, and of every acknowledgement. */
function listen(): void {
  const robot = globalThis as unknown as {
    robotNote(kind: string, opIds: readonly string[], at_ms: number): void;
  };
  type Add = (this: IDBObjectStore, value: unknown, key?: IDBValidKey) => IDBRequest<IDBValidKey>;
  const add = Reflect.get(IDBObjectStore.prototype, "add") as Add;
  IDBObjectStore.prototype.add = function (value: unknown, key?: IDBValidKey) {
    const opId = (value as { transaction?: { op_id: string } }).transaction?.op_id;
    if (opId !== undefined) robot.robotNote("made", [opId], Date.now());
    return key === undefined ? add.call(this, value) : add.call(this, value, key);
  };
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init);
    const isSend = typeof input === "string" && input.endsWith("/transactions");
    if (isSend && init?.method === "POST" && response.ok) {
      const { results } = (await response.clone().json()) as {
        results: readonly { outcome: string; op_id: string }[];
      };
      const opIds = results.filter((one) => one.outcome === "accepted").map((one) => one.op_id);
      robot.robotNote("acknowledged", opIds, Date.now());
    }
    return response;
  };
}
