/**
 * What one gesture costs the page: node gestures.mjs PLAN.json, results on standard output.
 *
 * A gesture is a hold, many moves, and letting go. Each move is sent when the one before it has been
 * drawn, so none is lost or joined with another; that each was handled, was drawn, and sent new
 * numbers to the GPU is checked, else the gesture fails. What is drawn without WebGL, the crops of the
 * batch view and the line of a lasso, counts by the bytes of its pictures and the length of its path.
 */

import { costsBetween, launch, plan, ready, signIn, traced } from "../browser.mjs";
import { handsOf } from "./hands.mjs";

const DRAWN_WITHIN_MS = 10_000;
/** Longer than a frame of the screen: one move a frame. */
const FRAME_MS = 17;
/** After a key, until its edit is kept, sent and heard of. */
const KEPT_MS = 250;

const { browser, close } = await launch();
const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
const page = await context.newPage();
let heard = () => undefined;
await page.exposeBinding("drawnForBenchmark", () => heard());
await page.addInitScript(countDrawing);

await signIn(page, plan.link);
await page.goto(`${plan.url}/tasks/${plan.taskId}/work`);
await ready(page);
await page.waitForTimeout(2_000);
const hands = handsOf({ page, selected: plan.selected });
await hands.select();

const found = [];
for (const { view, kind } of plan.gestures) {
  const measured = view === "key" ? await measureKeys(kind) : await measure(view, hands.hand(view, kind), kind);
  const late = (list) => [...list].sort((a, b) => a - b)[Math.floor(0.95 * list.length)].toFixed(1);
  console.error(`${view}: ${kind}`, late(measured.script_ms), late(measured.task_ms));
  found.push({ view, kind, ...measured });
}
if (plan.screenshot) await page.screenshot({ path: plan.screenshot });
await close();
process.stdout.write(JSON.stringify(found));

async function measure(view, hand, kind) {
  const from = await hand.begin();
  await page.mouse.move(from.x - 1, from.y);
  await page.mouse.move(from.x, from.y);
  await page.waitForTimeout(500);
  const before = await state();
  if (hand.shift) await page.keyboard.down("Shift");
  const events = await traced(browser, async () => {
    if (!hand.hover) await page.mouse.down();
    // So far a hand only trembles; from here on it drags.
    await page.mouse.move(...hand.along(from, 0));
    await page.waitForTimeout(500);
    await page.evaluate(() => window.startCounting());
    for (let move = 1; move <= plan.moves; move += 1) {
      const isDrawn = hand.settles ? Promise.resolve() : drawn(`${view} ${kind}, move ${move}`);
      const waited = new Promise((resolve) => setTimeout(resolve, FRAME_MS));
      await page.mouse.move(...hand.along(from, move));
      await isDrawn;
      await waited;
    }
    await page.evaluate(() => window.stopCounting());
    if (!hand.hover) await page.mouse.up();
  });
  if (hand.shift) await page.keyboard.up("Shift");
  const { counted, moves } = await page.evaluate(() => window.countedForBenchmark());
  const costs = costsBetween(events, "pointermove");
  await page.waitForTimeout(300);
  // A lasso may find too few points, and a key ends an outline: what moves drew is what counts.
  if (!hand.hover && kind !== "lasso" && (await state()) === before) {
    throw new Error(`${view} ${kind}: the gesture changed nothing`);
  }
  await hand.end();
  return {
    ...costs,
    task_ms: costs.task_ms.slice(1),
    script_ms: costs.script_ms.slice(1),
    worker_ms: costs.worker_ms.slice(1),
    moves_sent: plan.moves,
    moves_handled: moves,
    settles: hand.settles === true,
    frames: counted.length,
    bytes: counted.map(({ bytes }) => bytes),
  };
}

/** A step of the selected object by an arrow key is an edit: from one to the next. */
async function measureKeys(kind) {
  if (kind === "with checks") await hands.checks();
  await page.locator("canvas").first().focus();
  await page.evaluate(() => window.startCounting());
  const events = await traced(browser, async () => {
    for (let press = 0; press <= plan.moves; press += 1) {
      const isDrawn = drawn(`key ${kind}, press ${press}`);
      await page.keyboard.press(Math.floor(press / 10) % 2 === 0 ? "ArrowUp" : "ArrowDown");
      await isDrawn;
      await page.waitForTimeout(KEPT_MS);
    }
  });
  await page.evaluate(() => window.stopCounting());
  const { counted } = await page.evaluate(() => window.countedForBenchmark());
  const costs = costsBetween(events, "keydown");
  if (kind === "with checks") await hands.checks();
  const [moves_sent, moves_handled] = [plan.moves, costs.inputs - 1];
  const bytes = counted.map(({ bytes }) => bytes);
  return { ...costs, moves_sent, moves_handled, settles: true, frames: counted.length, bytes };
}

/** What a gesture may have changed. */
function state() {
  return page.evaluate(() => {
    const { cuboids, polygons, frameIndex } = window.groundplane;
    const cells = [...document.querySelectorAll(".batch-cell")].map((cell) => cell.textContent);
    return JSON.stringify([cuboids(), polygons(), frameIndex(), cells]);
  });
}

/** Settles with the next draw. */
function drawn(which) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${which} was not drawn`)), DRAWN_WITHIN_MS);
    heard = () => {
      clearTimeout(late);
      resolve();
    };
  });
}

/** In the page, before anything of it runs: counts draws and the bytes sent to the GPU. */
function countDrawing() {
  let frames = [];
  let moves = 0;
  let counts = false;
  let bytes = 0;
  let scheduled = false;
  const gl = WebGL2RenderingContext.prototype;
  const draws = (prototype, name, sent) => {
    const original = prototype[name];
    prototype[name] = function (...values) {
      const sentNow = sent(this, values);
      if (sentNow === null) return original.apply(this, values);
      bytes += sentNow;
      if (!scheduled) queueMicrotask(drawn);
      scheduled = true;
      return original.apply(this, values);
    };
  };
  const sizeOf = (values) => values.find((value) => ArrayBuffer.isView(value))?.byteLength ?? 0;
  for (const name of ["bufferData", "bufferSubData", "texImage2D", "texSubImage2D"]) {
    const original = gl[name];
    gl[name] = function (...values) {
      // A part of an array is named by where it begins and its length in elements.
      const [, , array, , length] = values;
      const isPart = name === "bufferSubData" && length > 0;
      bytes += isPart ? length * array.BYTES_PER_ELEMENT : sizeOf(values);
      return original.apply(this, values);
    };
  }
  const drawn = () => {
    scheduled = false;
    if (!counts) return;
    frames.push({ bytes });
    bytes = 0;
    void window.drawnForBenchmark();
  };
  for (const name of ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"]) {
    draws(gl, name, () => 0);
  }
  draws(CanvasRenderingContext2D.prototype, "putImageData", (_, [picture]) => picture.data.byteLength);
  draws(SVGElement.prototype, "setAttribute", (element, [name, value]) =>
    name === "points" && element.getAttribute(name) !== value ? value.length : null,
  );
  addEventListener("pointermove", () => counts && (moves += 1), { capture: true });
  window.startCounting = () => {
    [frames, moves, bytes, counts] = [[], 0, 0, true];
  };
  window.stopCounting = () => void (counts = false);
  window.countedForBenchmark = () => ({ counted: frames, moves });
}
