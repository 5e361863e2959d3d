// The browser's half of playback.py: plan file in, one line of JSON out.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chromium } from "../web/node_modules/playwright-core/index.mjs";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const STEPS = 100;
const SETTLE_MS = 4_000;

const server = await chromium.launchServer({ executablePath, args: QUIET });
const browser = await chromium.connect(server.wsEndpoint());
const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
const page = await context.newPage();

/** PSS of the renderers and the GPU process under the browser, in MB. */
function memory() {
  const parents = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(Number(pid), Number(/\) \S+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))[1]));
    } catch {
      continue; // gone meanwhile
    }
  }
  const isOurs = (pid) => pid === server.process().pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  let kb = 0;
  for (const pid of parents.keys()) {
    if (!isOurs(pid)) continue;
    try {
      if (!/--type=(renderer|gpu-process)/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))) continue;
      kb += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]);
    } catch {
      continue; // gone meanwhile
    }
  }
  return (kb * 1024) / 1e6;
}

const frameIndex = () => page.evaluate(() => window.groundplane.frameIndex());
const ready = () => page.waitForFunction(() => window.groundplane?.ready() === true, null, { timeout: 120_000 });

async function signIn() {
  await page.goto(plan.link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Tasks" }).waitFor();
}

/** Frames that were shown from the first to the last at the scene's rate, and how long it took. */
async function play() {
  await page.getByRole("combobox", { name: "Speed of playing" }).selectOption(String(plan.rate));
  await page.locator("canvas").first().focus();
  await page.keyboard.press("Home");
  await ready();
  await page.evaluate(() => {
    window.shownFrames = new Set();
    const look = () => {
      window.shownFrames.add(window.groundplane.frameIndex());
      requestAnimationFrame(look);
    };
    look();
  });
  const begun = performance.now();
  await page.keyboard.press("Space");
  let most = 0;
  while ((await frameIndex()) < plan.frames - 1) {
    most = Math.max(most, memory());
    await page.waitForTimeout(500);
  }
  const played_s = (performance.now() - begun) / 1e3;
  return { most, played_s, shown: await page.evaluate(() => window.shownFrames.size) };
}

/** Back through every frame, each until its points are on screen. */
async function stepThrough() {
  let shown = 1;
  for (let index = plan.frames - 1; index > 0; index -= 1) {
    await page.keyboard.press("a");
    await ready();
    if ((await frameIndex()) !== index - 1) throw new Error("a step was lost");
    shown += 1;
  }
  return shown;
}

/** A trace of steps to and fro among decoded frames. */
async function traceSteps() {
  for (let index = 0; index < 3; index += 1) {
    await page.keyboard.press("d");
    await ready();
  }
  await page.waitForTimeout(1_000);
  const cdp = await browser.newBrowserCDPSession();
  const events = [];
  cdp.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const complete = new Promise((resolve) => cdp.on("Tracing.tracingComplete", resolve));
  await cdp.send("Tracing.start", {
    traceConfig: { includedCategories: ["toplevel", "devtools.timeline", "v8.execute"] },
    transferMode: "ReportEvents",
  });
  for (let step = 0; step < STEPS; step += 1) {
    await page.keyboard.press(Math.floor(step / 2) % 2 === 0 ? "d" : "a");
    await ready();
    await page.waitForTimeout(60);
  }
  await cdp.send("Tracing.end");
  await complete;
  return costs(events);
}

/** Thread CPU of the page's main thread between one key press and the next, in ms. */
function costs(events) {
  const presses = events.filter(({ name, args }) => name === "EventDispatch" && args?.data?.type === "keydown");
  const { pid, tid } = presses[0];
  const main = events.filter((event) => event.pid === pid && event.tid === tid && event.tdur !== undefined);
  const tasks = main.filter(({ name }) => /^(ThreadControllerImpl::)?RunTask$/.test(name));
  const script = main.filter(({ name }) => name === "FunctionCall");
  const between = (all, from, to) =>
    all.filter(({ ts }) => ts >= from && ts < to).reduce((sum, { tdur }) => sum + tdur / 1e3, 0);
  const windows = presses.slice(1).map((next, at) => {
    // The task that dispatches the press began before it.
    const begin = (press) => Math.max(...tasks.map(({ ts }) => ts).filter((ts) => ts <= press.ts));
    return [begin(presses[at]), begin(next)];
  });
  return {
    task_ms: windows.map(([from, to]) => between(tasks, from, to)),
    script_ms: windows.map(([from, to]) => between(script, from, to)),
    longest_task_ms: Math.max(...tasks.map(({ tdur }) => tdur / 1e3)),
  };
}

await page.goto("about:blank");
await page.waitForTimeout(1_000);
const empty = memory();
await signIn();
await page.goto(`${plan.url}/tasks/${plan.taskId}/work`);
await ready();
await page.waitForTimeout(2_000);
const opened = memory() - empty;
const steps = await traceSteps();
const playing = await play();
const shown_stepping = await stepThrough();
await page.waitForTimeout(SETTLE_MS);
const played = memory() - empty;
await browser.close();
await server.close();
console.log(
  JSON.stringify({
    memory_mb: { empty, opened, most: Math.max(playing.most - empty, played), played },
    shown_playing: playing.shown,
    played_s: playing.played_s,
    shown_stepping,
    ...steps,
  }),
);
