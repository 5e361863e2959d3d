/**
 * What one gesture costs the page: node gestures.mjs PLAN.json, results on standard output.
 *
 * A gesture is a hold, many moves, and letting go. Each move is sent when the one before it has been
 * drawn, so none is lost or joined with another; that each was handled, was drawn, and sent new
 * numbers to the GPU is checked, else the gesture fails.
 */

import { costsBetween, launch, plan, ready, signIn, traced } from "../browser.mjs";

const DRAWN_WITHIN_MS = 10_000;
/** Longer than a frame of the screen: one move a frame. */
const FRAME_MS = 17;
/** Between steps of a hand; each turns a little, so none ends where the one before it did. */
const STEP_PX = 3;

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
await select(plan.selected);

const found = [];
for (const gesture of plan.gestures) found.push(await measure(gesture));
if (plan.screenshot) await page.screenshot({ path: plan.screenshot });
await close();
process.stdout.write(JSON.stringify(found));

/** The object is selected by its row in the list, and looked at. */
async function select(label) {
  await page.getByRole("region", { name: "Objects" }).getByRole("button", { name: label }).first().click();
  await page.locator("canvas").first().focus();
  await page.keyboard.press("f");
  await page.waitForTimeout(2_000);
  if ((await page.evaluate(() => window.groundplane.selected())) === null) {
    throw new Error("nothing is selected");
  }
}

async function measure({ view, kind }) {
  const from = await grip(view, kind);
  await page.mouse.move(from.x - 1, from.y);
  await page.mouse.move(from.x, from.y);
  await page.waitForTimeout(500);
  const poseBefore = await pose();
  const events = await traced(browser, async () => {
    await page.mouse.down();
    // So far a hand only trembles; from here on it drags.
    await page.mouse.move(...along(from, 0));
    await page.waitForTimeout(500);
    await page.evaluate(() => window.startCounting());
    for (let move = 1; move <= plan.moves; move += 1) {
      await moved(along(from, move), `${view} ${kind}, move ${move}`);
    }
    await page.evaluate(() => window.stopCounting());
    await page.mouse.up();
  });
  const { counted, moves } = await page.evaluate(() => window.countedForBenchmark());
  const costs = costsBetween(events, "pointermove");
  if (JSON.stringify(await pose()) === JSON.stringify(poseBefore)) {
    throw new Error(`${view} ${kind}: the gesture changed nothing`);
  }
  await page.keyboard.press("Control+z");
  await page.waitForTimeout(300);
  return {
    view,
    kind,
    ...costs,
    task_ms: costs.task_ms.slice(1),
    script_ms: costs.script_ms.slice(1),
    worker_ms: costs.worker_ms.slice(1),
    moves_sent: plan.moves,
    moves_handled: moves,
    frames: counted.length,
    bytes: counted.map(({ bytes }) => bytes),
  };
}

function pose() {
  return page.evaluate(() => {
    const { cuboids, selected } = window.groundplane;
    return cuboids().find(({ uuid }) => uuid === selected());
  });
}

/** Where to take hold, in pixels of the page. */
async function grip(view, kind) {
  const at = await page.evaluate(
    ([view, kind]) => {
      const { cuboids, handles, selected, worldToScreen } = window.groundplane;
      if (kind === "move") {
        const { centre } = cuboids().find(({ uuid }) => uuid === selected());
        return worldToScreen(...centre, view);
      }
      const isIt = { turn: (id) => id === "turn", corner: (id) => id.includes("+"), resize: (id) => id !== "turn" };
      // From the front no front is to be held, and so on: the first that the view has.
      return handles(view).find(({ id }) => isIt[kind](id)) ?? null;
    },
    [view, kind],
  );
  if (at === null) throw new Error(`${view} has nothing to ${kind} by`);
  return at;
}

/** A small circle that drifts. */
function along({ x, y }, move) {
  const angle = move * 0.35;
  const radius = STEP_PX / 0.35;
  const [right, down] = [radius * Math.cos(angle), radius * Math.sin(angle)];
  return [Math.round(x + right + move * 0.1), Math.round(y + down + move * 0.05)];
}

async function moved([x, y], which) {
  const drawn = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${which} was not drawn`)), DRAWN_WITHIN_MS);
    heard = () => {
      clearTimeout(late);
      resolve();
    };
  });
  const waited = new Promise((resolve) => setTimeout(resolve, FRAME_MS));
  await page.mouse.move(x, y);
  await drawn;
  await waited;
}

/** In the page, before anything of it runs: counts draws and the bytes sent to the GPU. */
function countDrawing() {
  let frames = [];
  let moves = 0;
  let counts = false;
  let bytes = 0;
  let scheduled = false;
  const gl = WebGL2RenderingContext.prototype;
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
    const original = gl[name];
    gl[name] = function (...values) {
      if (!scheduled) queueMicrotask(drawn);
      scheduled = true;
      return original.apply(this, values);
    };
  }
  addEventListener("pointermove", () => counts && (moves += 1), { capture: true });
  window.startCounting = () => {
    [frames, moves, bytes, counts] = [[], 0, 0, true];
  };
  window.stopCounting = () => void (counts = false);
  window.countedForBenchmark = () => ({ counted: frames, moves });
}
