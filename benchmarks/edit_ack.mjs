/**
 * The browsers' side of edit_ack.py: node edit_ack.mjs PLAN.json, results on standard output.
 * Each page is measured by its own clock, from the event of the key press to the answer.
 */

import { launch, plan, ready } from "./browser.mjs";

const KEYS = ["ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"];

const { browser, close } = await launch();
const found = await Promise.all(plan.tasks.map(annotate));
await close();
process.stdout.write(JSON.stringify(found.flat()));

async function annotate(taskId) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const cookies = Object.entries(plan.cookies);
  await context.addCookies(cookies.map(([name, value]) => ({ name, value, url: plan.url })));
  await context.addInitScript(watch);
  const page = await context.newPage();
  await page.goto(`${plan.url}/tasks/${taskId}/work`);
  await ready(page);
  await page.getByRole("button", { name: "Submit" }).isEnabled();
  await page.locator("canvas").first().click({ position: { x: 5, y: 5 } });
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => window.groundplane?.selected() !== null);
  const until = performance.now() + plan.seconds * 1000;
  for (let step = 0; performance.now() < until; step++) {
    const next = performance.now() + plan.every_ms;
    await page.keyboard.press(KEYS[step % KEYS.length]);
    await new Promise((later) => setTimeout(later, Math.max(0, next - performance.now())));
  }
  await page.waitForFunction(() => window.groundplane?.unsent() === 0);
  return page.evaluate(() => window.measured);
}

/** In the page, before anything of it runs. */
function watch() {
  const made = new Map();
  window.measured = [];
  let pressed = 0;
  addEventListener("keydown", (event) => (pressed = event.timeStamp), { capture: true });
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = function (value, ...key) {
    const opId = value.transaction?.op_id;
    const one = { pressed, written: 0 };
    if (opId !== undefined) {
      made.set(opId, one);
      this.transaction.addEventListener("complete", () => (one.written = performance.now()));
    }
    return add.call(this, value, ...key);
  };
  const { fetch } = window;
  window.fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (init?.method !== "POST" || !String(input).endsWith("/transactions")) return response;
    const { results } = await response.clone().json();
    const now = performance.now();
    for (const { op_id, outcome } of results) {
      const one = made.get(op_id);
      if (one === undefined || outcome !== "accepted") continue;
      const journal_ms = one.written - one.pressed;
      window.measured.push({ ms: now - one.pressed, journal_ms, bytes: init.body.length });
    }
    return response;
  };
}
