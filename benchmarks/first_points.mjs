/**
 * The browser's side of first_points.py: node first_points.mjs PLAN.json, results on standard output.
 * Every round has a fresh browser context, so that nothing is cached.
 */

import { launch, plan, signIn } from "./browser.mjs";

const MARK = "groundplane:points-on-screen";
const FEWEST_POINTS = 50_000;

const { browser, close } = await launch();

/** From the click to the mark, and what was fetched between the two (worker's requests too). */
async function round(link) {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  const page = await context.newPage();
  await signIn(page, link);
  await page.goto(`${plan.url}/tasks/${plan.taskId}`);
  const start = page.getByRole("link", { name: /(Start|Continue) labeling/ });
  await start.waitFor();
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => {
    const remember = (event) => {
      sessionStorage.setItem("clicked", String(performance.timeOrigin + event.timeStamp));
    };
    addEventListener("click", remember, { capture: true, once: true });
  });
  const requests = [];
  page.on("requestfinished", (request) => requests.push(request));
  await start.click();
  const shown = await page.waitForFunction(
    (name) => {
      const [mark] = performance.getEntriesByName(name);
      return mark && { at: performance.timeOrigin + mark.startTime, points: mark.detail };
    },
    MARK,
    { timeout: 120_000 },
  );
  const { at, points } = await shown.jsonValue();
  if (points < FEWEST_POINTS) throw new Error(`only ${points} points`);
  const clicked = await page.evaluate(() => Number(sessionStorage.getItem("clicked")));
  const fetched = [];
  for (const request of requests) {
    const { startTime, responseEnd } = request.timing();
    if (startTime > at) continue;
    const sizes = await request.sizes();
    fetched.push({
      path: new URL(request.url()).pathname.replaceAll(/[\w-]{20,}/g, "…"),
      from_ms: startTime - clicked,
      to_ms: startTime + responseEnd - clicked,
      bytes: sizes.responseBodySize + sizes.responseHeadersSize,
    });
  }
  await context.close();
  return { ms: at - clicked, points, fetched };
}

/** What a page of one's own would do: fetch the Frame JSON, parse it, fill a typed array. */
async function ownPage() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${plan.bucket}/scene.json`);
  const result = await page.evaluate(async (url) => {
    const begun = performance.now();
    const text = await (await fetch(url)).text();
    const { points } = JSON.parse(text);
    const xyz = new Float32Array(3 * points.length);
    points.forEach(({ x, y, z }, index) => xyz.set([x, y, z], 3 * index));
    return { ms: performance.now() - begun, bytes: text.length };
  }, plan.frame);
  await context.close();
  return result;
}

const rounds = [];
const own = [];
for (const link of plan.links) {
  rounds.push(await round(link));
  own.push(await ownPage());
}
await close();
console.log(JSON.stringify({ rounds, own }));
