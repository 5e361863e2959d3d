// The browser's half of merged_cloud.py: plan file in, one line of JSON out.

import { costsBetween, launch, plan, ready, signIn, traced } from "./browser.mjs";

const RUNS = 3;
const STEPS = 20;
const merged = (page) =>
  page.waitForFunction(
    (frames) => document.body.innerText.includes(`points of ${frames} frames`),
    plan.merged,
    { timeout: 120_000, polling: 20 },
  );
const drawn = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

async function open(context) {
  const page = await context.newPage();
  await page.goto(`${plan.url}/tasks/${plan.taskId}/work?frame=${plan.middle}`);
  await ready(page);
  await page.waitForTimeout(2_000);
  return page;
}

async function merge(page) {
  await page.locator("canvas").first().focus();
  const begun = performance.now();
  await page.keyboard.press("y");
  await merged(page);
  await drawn(page);
  return (performance.now() - begun) / 1e3;
}

const { browser, close } = await launch();
const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
const first = await context.newPage();
await signIn(first, plan.link);
const shown_s = [];
for (let run = 0; run < RUNS; run += 1) {
  const page = await open(context);
  shown_s.push(await merge(page));
  await page.close();
}
const page = await open(context);
await merge(page);
const text = await page.evaluate(() => document.body.innerText);
const points = Number(/([\d,]+) points of/.exec(text)[1].replaceAll(",", ""));
const events = await traced(browser, async () => {
  for (let step = 0; step < STEPS; step += 1) {
    await page.keyboard.press(Math.floor(step / 2) % 2 === 0 ? "d" : "a");
    await ready(page);
    await page.waitForTimeout(150);
  }
});
await close();
console.log(JSON.stringify({ shown_s, points, ...costsBetween(events, "keydown") }));
