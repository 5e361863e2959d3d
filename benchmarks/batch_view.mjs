// The browser's half of batch_view.py: plan file in, one line of JSON out.

import { costsBetween, launch, plan, ready, signIn, traced } from "./browser.mjs";

const RUNS = 4;

const drawn = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

async function open(context) {
  const page = await context.newPage();
  await page.goto(`${plan.url}/tasks/${plan.taskId}/work`);
  await ready(page);
  await page.locator("canvas").first().focus();
  await page.keyboard.press("Tab");
  await page.waitForTimeout(2_000);
  return page;
}

const points = (page) =>
  page.locator(".batch-cell .batch-head span:last-child").evaluateAll((all) => all.map((one) => Number(one.textContent)));

/** From the key to all crops; the press after it ends the span. */
async function fill(browser, page) {
  let shown_s = 0;
  const events = await traced(browser, async () => {
    const begun = performance.now();
    await page.keyboard.press("Shift+B");
    await page.waitForFunction(
      (frames) =>
        document.querySelectorAll(".batch-cell").length === frames &&
        document.querySelector(".batch-wait") === null &&
        document.querySelector(".batch-grid[aria-busy=false]") !== null,
      plan.frames,
      { timeout: 120_000, polling: 100 },
    );
    await drawn(page);
    shown_s = (performance.now() - begun) / 1e3;
    await page.keyboard.press("F8");
    await page.waitForTimeout(200);
  });
  const { task_ms, script_ms, longest_task_ms } = costsBetween(events, "keydown");
  return { task_ms: task_ms.at(-1), script_ms: script_ms.at(-1), longest_ms: longest_task_ms, shown_s };
}

const { browser, close } = await launch();
const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
const first = await context.newPage();
await signIn(first, plan.link);
await first.close();
const empty = () => ({ task_ms: [], script_ms: [], longest_ms: [], shown_s: [] });
const cold = empty();
const warm = empty();
const add = (to, run) => Object.keys(to).forEach((key) => to[key].push(run[key]));
let counts = [];
for (let run = 0; run < RUNS; run += 1) {
  const page = await open(context);
  add(cold, await fill(browser, page));
  counts = await points(page);
  await page.keyboard.press("Escape");
  await page.waitForTimeout(500);
  add(warm, await fill(browser, page));
  await page.close();
}
await close();
const all = counts.reduce((sum, count) => sum + count, 0);
console.log(JSON.stringify({ crops: counts.length, points: all, cold, warm }));
