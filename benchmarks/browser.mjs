// What the browsers' halves of the benchmarks share: Chromium, signing in, memory, and a trace's threads.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(new URL("../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
QUIET.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
const WITHIN_MS = 120_000;

/** The plan that the Python half wrote. */
export const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

/** Headless Chromium as a server, so that its processes are known. */
export async function launch() {
  const server = await chromium.launchServer({ executablePath, args: QUIET });
  const browser = await chromium.connect(server.wsEndpoint());
  const close = async () => {
    await browser.close();
    await server.close();
  };
  return { browser, close, pid: server.process().pid };
}

/**
 * Headless Chromium that can be let alone: while a tool is attached, the renderer keeps up to 200 MB
 * of response bodies for it, which no user's browser does. Memory is measured while nobody looks.
 */
export async function launchAlone() {
  const profile = mkdtempSync(join(tmpdir(), "profile-"));
  const port = ["--remote-debugging-port=0", `--user-data-dir=${profile}`];
  const child = spawn(executablePath, ["--headless", ...QUIET, ...port, "about:blank"]);
  const address = await new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (text) => {
      said += text;
      const found = /DevTools listening on (ws:\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    child.on("exit", () => reject(new Error(`Chromium ended: ${said}`)));
  });
  const close = async () => {
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  /** Attached while `work` runs; the page stays open afterwards, and alone. */
  const attached = async (work) => {
    const browser = await chromium.connectOverCDP(address);
    try {
      const [page] = browser.contexts()[0].pages();
      return await work(page, browser);
    } finally {
      await browser.close();
    }
  };
  return { attached, close, pid: child.pid };
}

export async function signIn(page, link) {
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Tasks" }).waitFor();
}

/** Until the points of the shown frame are on screen. */
export const ready = (page) =>
  page.waitForFunction(() => window.groundplane?.ready() === true, null, { timeout: WITHIN_MS });

/** PSS of the renderers and the GPU process under the browser, in MB. */
export function memory(browserPid) {
  const parents = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(Number(pid), Number(/\) \S+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))[1]));
    } catch {
      continue; // gone meanwhile
    }
  }
  const isOurs = (pid) => pid === browserPid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
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

/** The events of a trace while `work` runs. */
export async function traced(browser, work) {
  const cdp = await browser.newBrowserCDPSession();
  const events = [];
  cdp.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const complete = new Promise((resolve) => cdp.on("Tracing.tracingComplete", resolve));
  await cdp.send("Tracing.start", {
    traceConfig: { includedCategories: ["toplevel", "devtools.timeline", "v8.execute"] },
    transferMode: "ReportEvents",
  });
  await work();
  await cdp.send("Tracing.end");
  await complete;
  await cdp.detach();
  return events;
}

/**
 * Thread CPU time of the page between one input event of a type and the next, in ms: all tasks of
 * the main thread, the script in them, and all tasks of its workers.
 */
export function costsBetween(events, type) {
  const inputs = events
    .filter(({ name, args }) => name === "EventDispatch" && args?.data?.type === type)
    .sort((a, b) => a.ts - b.ts);
  if (inputs.length === 0) throw new Error(`the trace has no ${type}`);
  const { pid, tid } = inputs[0];
  const timed = events.filter((event) => event.pid === pid && event.tdur !== undefined);
  const main = timed.filter((event) => event.tid === tid);
  const tasks = outermost(main.filter(isTask));
  const script = outermost(main.filter(({ name }) => name === "FunctionCall"));
  const workers = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && /Worker/.test(args?.name ?? ""))
      .filter((event) => event.pid === pid)
      .map((event) => event.tid),
  );
  const besides = timed.filter((event) => workers.has(event.tid) && isTask(event));
  // The task that dispatches an input began before it.
  const begins = inputs.map(({ ts }) => tasks.findLast((task) => task.ts <= ts)?.ts ?? ts);
  const spans = begins.slice(1).map((to, at) => [begins[at], to]);
  const within = (all) => spans.map(([from, to]) => sum(all, from, to));
  const longest_task_ms = Math.max(...tasks.map(({ tdur }) => tdur / 1e3));
  return {
    inputs: inputs.length,
    task_ms: within(tasks),
    script_ms: within(script),
    worker_ms: within(besides),
    longest_task_ms,
  };
}

const isTask = ({ name }) => /^(ThreadControllerImpl::)?RunTask$/.test(name);

const sum = (events, from, to) =>
  events.filter(({ ts }) => ts >= from && ts < to).reduce((total, { tdur }) => total + tdur / 1e3, 0);

/** A call within a call is part of it. */
function outermost(events) {
  let end = -Infinity;
  return events
    .sort((a, b) => a.ts - b.ts)
    .filter(({ ts, dur }) => {
      if (ts < end) return false;
      end = ts + dur;
      return true;
    });
}
