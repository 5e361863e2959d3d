// The browser's half of playback.py: plan file in, one line of JSON out.

import { costsBetween, launchAlone, memory, plan, ready, signIn, traced } from "./browser.mjs";

const STEPS = 100;
/** Until garbage is collected and given back, as happens in a page at rest. */
const SETTLE_MS = 15_000;

const SCREEN = { width: 1600, height: 1000 };

const frameIndex = (page) => page.evaluate(() => window.groundplane.frameIndex());
/** Frames that were shown from the first to the last at the scene's rate, and how long it took. */
async function play(page) {
  await page.getByRole("combobox", { name: "Speed of playing" }).selectOption(String(plan.rate));
  await page.locator("canvas").first().focus();
  await page.keyboard.press("Home");
  await ready(page);
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
  while ((await frameIndex(page)) < plan.frames - 1) {
    most = Math.max(most, memory(pid));
    await page.waitForTimeout(500);
  }
  const played_s = (performance.now() - begun) / 1e3;
  return { most, played_s, shown: await page.evaluate(() => window.shownFrames.size) };
}

/** Back through every frame, each until its points are on screen. */
async function stepThrough(page) {
  let shown = 1;
  for (let index = plan.frames - 1; index > 0; index -= 1) {
    await page.keyboard.press("a");
    await ready(page);
    if ((await frameIndex(page)) !== index - 1) throw new Error("a step was lost");
    shown += 1;
  }
  return shown;
}

/** A trace of steps to and fro among decoded frames. */
async function traceSteps(page, browser) {
  for (let index = 0; index < 3; index += 1) {
    await page.keyboard.press("d");
    await ready(page);
  }
  await page.waitForTimeout(1_000);
  const events = await traced(browser, async () => {
    for (let step = 0; step < STEPS; step += 1) {
      await page.keyboard.press(Math.floor(step / 2) % 2 === 0 ? "d" : "a");
      await ready(page);
      await page.waitForTimeout(60);
    }
  });
  return costsBetween(events, "keydown");
}

/** MB of renderers and GPU process while no tool is attached to the page. */
async function alone() {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return memory(pid);
}

const { attached, close, pid } = await launchAlone();
const empty = await alone();
const steps = await attached(async (page, browser) => {
  await page.setViewportSize(SCREEN);
  await signIn(page, plan.link);
  await page.goto(`${plan.url}/tasks/${plan.taskId}/work`);
  await ready(page);
  return traceSteps(page, browser);
});
const opened = (await alone()) - empty;
const { playing, shown_stepping } = await attached(async (page) => {
  await page.setViewportSize(SCREEN);
  return { playing: await play(page), shown_stepping: await stepThrough(page) };
});
const played = (await alone()) - empty;
await close();
console.log(
  JSON.stringify({
    memory_mb: { empty, opened, most: Math.max(playing.most - empty, played), played },
    shown_playing: playing.shown,
    played_s: playing.played_s,
    shown_stepping,
    ...steps,
  }),
);
