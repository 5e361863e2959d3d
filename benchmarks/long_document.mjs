// The browser's half of long_document.py: plan file in, one line of JSON out.

import { costsBetween, launch, launchAlone, memory, plan, ready, signIn, traced } from "./browser.mjs";

const SCREEN = { width: 1600, height: 1000 };
const EDITS = 60;
/** After a key, until its edit is kept, sent and heard of. */
const KEPT_MS = 250;
/** Until garbage is collected and given back, as happens in a page at rest. */
const SETTLE_MS = 15_000;
const WITHIN_MS = 20_000;

/** In the page, before anything of it runs: notes the first key that has changed an object, and when. */
function watchEdits() {
  const selected = () => {
    const { cuboids, selected } = window.groundplane ?? {};
    const id = selected?.() ?? null;
    return id === null ? null : JSON.stringify(cuboids().find(({ uuid }) => uuid === id));
  };
  const pressed = ({ key }) => {
    if (key !== "ArrowUp") return;
    const before = selected();
    // After every other listener of this key.
    setTimeout(() => {
      if (window.editedAt === undefined && before !== null && selected() !== before) {
        window.editedAt = performance.timeOrigin + performance.now();
      }
    });
  };
  addEventListener("keydown", pressed, { capture: true });
  addEventListener(
    "click",
    (event) => sessionStorage.setItem("clicked", String(performance.timeOrigin + event.timeStamp)),
    { capture: true },
  );
}

async function until(page, key, isDone) {
  const late = performance.now() + WITHIN_MS;
  while (performance.now() < late) {
    await page.keyboard.press(key);
    if (await page.evaluate(isDone)) return;
    await page.waitForTimeout(5);
  }
  throw new Error(`${key} did nothing: ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))}`);
}

/** From the click on the task's page to the first edit by a key, nothing of the task being cached. */
async function open(browser, link) {
  const context = await browser.newContext({ viewport: SCREEN });
  const page = await context.newPage();
  await page.addInitScript(watchEdits);
  await signIn(page, link);
  await page.goto(`${plan.url}/tasks/${plan.taskId}`);
  const start = page.getByRole("link", { name: /(Start|Continue) labeling/ });
  await start.waitFor();
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => sessionStorage.removeItem("clicked"));
  const work = page.waitForResponse((response) => response.url().includes(`/${plan.taskId}/work`));
  let first = null;
  const events = await traced(browser, async () => {
    await start.click();
    await page.waitForFunction(() => (window.groundplane?.cuboids().length ?? 0) > 0, null, { polling: "raf", timeout: WITHIN_MS });
    await until(page, "Tab", () => window.groundplane.selected() !== null);
    await until(page, "ArrowUp", () => window.editedAt !== undefined);
    first = await page.evaluate(() => window.editedAt - Number(sessionStorage.getItem("clicked")));
  });
  await ready(page);
  const points = await page.evaluate(() => {
    const [mark] = performance.getEntriesByName("groundplane:points-on-screen");
    return performance.timeOrigin + mark.startTime - Number(sessionStorage.getItem("clicked"));
  });
  const response = await work;
  const { responseBodySize } = await response.request().sizes();
  const { requestStart, responseEnd } = response.request().timing();
  const bytes = (await response.body()).length;
  // Left by its link: the next one to open it may then edit it at once.
  await page.locator(".top-left a").first().click();
  await page.waitForLoadState("networkidle");
  await context.close();
  const script = costsBetween(events, "click");
  return {
    edit_ms: first,
    points_ms: points,
    work_ms: responseEnd - requestStart,
    wire_bytes: responseBodySize,
    bytes,
    longest_task_ms: script.longest_task_ms,
  };
}

/** What an edit by a key costs the main thread, until the next one. */
async function edits(browser, page) {
  await page.locator("canvas").first().focus();
  await until(page, "Tab", () => window.groundplane.selected() !== null);
  await page.waitForTimeout(1_000);
  const events = await traced(browser, async () => {
    for (let edit = 0; edit < EDITS; edit += 1) {
      await page.keyboard.press(edit % 2 === 0 ? "ArrowUp" : "ArrowDown");
      await page.waitForTimeout(KEPT_MS);
    }
  });
  return costsBetween(events, "keydown");
}

/** Forth through so many frames, each until its points are on screen. */
async function step(page) {
  for (let index = 0; index < plan.shown; index += 1) {
    await page.keyboard.press("d");
    await ready(page);
  }
}

const rounds = [];
let cost = null;
{
  const { browser, close } = await launch();
  for (const link of plan.links) rounds.push(await open(browser, link));
  await close();
}

const { attached, close, pid } = await launchAlone();
const alone = async () => {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return memory(pid);
};
const empty = await alone();
await attached(async (page, browser) => {
  await page.setViewportSize(SCREEN);
  await signIn(page, plan.memoryLink);
  await page.goto(`${plan.url}/tasks/${plan.taskId}/work`);
  await ready(page);
  cost = await edits(browser, page);
});
const opened = (await alone()) - empty;
await attached((page) => step(page));
const shown = (await alone()) - empty;
await close();
const { task_ms, script_ms } = cost;
console.log(JSON.stringify({ rounds, empty, opened, shown, task_ms, script_ms }));
