/**
 * A scripted operator at the real page: node operator.mjs PLAN.json, results on standard output.
 *
 * It has a person's keys and mouse. The truth says where to look, which points belong to an object
 * and how it is headed (a person sees that), and when to stop; the rest comes out of the tools.
 */

import { launch, plan, ready, signIn } from "../browser.mjs";
import { overlap, toLocal, toWorld, turn, yawOf } from "./boxes.mjs";
import { Hand } from "./hand.mjs";
import { faults, ringAround, shiftOf } from "./seeing.mjs";

const ENOUGH = 0.7;
/** Who has not done it by then gives up. */
const MOST = 40;
/** Smaller than this on the screen nobody draws around it. */
const PX_A_METRE = { Pedestrian: 22, Cyclist: 22, Motorcycle: 22, usual: 11 };
const MARGIN_PX = 90;
/** How well somebody sees in a picture where a side is that has no points, and where the ground is. */
const PICTURE_M = 0.02;
const PICTURE_SHARE = 0.03;

const { browser, close } = await launch();
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
await signIn(page, plan.link);
await page.goto(`${plan.url}/tasks/${plan.taskId}/work`);
await ready(page);
await page.locator("canvas").first().focus();
const hand = new Hand(page, plan.seed);
let label = null;
const done = [];

const middle = plan.eyes.length >> 1;
await hand.key("t");
await goTo(middle);
const standing = plan.objects.filter(({ stationary }) => stationary);
const moving = plan.objects.filter(({ stationary }) => !stationary);
for (const object of ordered(standing, middle)) {
  const id = await make(object, middle);
  done.push(told(object, id, middle, hand.settled()));
}
await watch(standing);
await hand.key("Home", "step");
await ready(page);
for (const object of ordered(moving, 0)) done.push(await makeMoving(object));
const result = await judgedAll(done);
await close();
process.stdout.write(JSON.stringify(result));

/** Labels one after the other; of a label the nearest to the last one. */
function ordered(objects, frame) {
  const left = [...objects];
  const sorted = [];
  let at = plan.eyes[frame];
  while (left.length > 0) {
    const same = left.filter((one) => one.label === sorted.at(-1)?.label);
    const away = ({ poses }) => {
      const { centre } = poses[frame];
      return Math.hypot(centre[0] - at[0], centre[1] - at[1]);
    };
    const [next] = (same.length > 0 ? same : left).toSorted((a, b) => away(a) - away(b));
    left.splice(left.indexOf(next), 1);
    sorted.push(next);
    at = next.poses[frame].centre;
  }
  return sorted;
}

async function makeMoving(object) {
  const id = await make(object, 0);
  const made = hand.settled();
  if (id !== null && (await judged(object, id, 0)) >= ENOUGH) await track(object, id);
  return told(object, id, 0, made);
}

/**
 * What stands has one cuboid for all frames. They are played once; what does not fit somewhere is
 * selected where it fits least, and put right there, as far as anything is to be seen.
 */
async function watch(standing) {
  if (standing.length === 0) return;
  await play();
  add(done[0].followed, hand.settled());
  const ids = new Map(done.map(({ uuid, id }) => [uuid, id]));
  const fits = async (object) => {
    const now = await box(ids.get(object.uuid));
    return object.poses.map((pose) => overlap(now, pose));
  };
  for (let frame = plan.eyes.length - 1; frame >= 0; frame -= 1) {
    for (const object of standing) {
      const id = ids.get(object.uuid);
      if (id === null) continue;
      const before = await fits(object);
      if (Math.min(...before) >= ENOUGH || before.indexOf(Math.min(...before)) !== frame) continue;
      await goTo(frame);
      await select(id);
      await improve(object, id, object.poses[frame], frame);
      add(done.find(({ uuid }) => uuid === object.uuid).followed, hand.settled());
    }
  }
}

function add(bill, more) {
  for (const [kind, count] of Object.entries(more)) bill[kind] = (bill[kind] ?? 0) + count;
}

function told(object, id, begun, made) {
  const followed = hand.settled();
  log(object, begun, JSON.stringify([made, followed]));
  return { uuid: object.uuid, id, begun, made, followed };
}

/** All boxes of all frames, in the end. */
async function judgedAll(objects) {
  const shown = [];
  for (let frame = 0; frame < plan.eyes.length; frame += 1) {
    await show(frame);
    shown.push(await page.evaluate(() => window.groundplane.cuboids()));
  }
  const truth = new Map(plan.objects.map((one) => [one.uuid, one]));
  return objects.map(({ id, ...one }) => {
    const boxes = shown.map((all) => all.find(({ uuid }) => uuid === id) ?? null);
    const overlaps = boxes.map((now, at) => (now === null ? 0 : overlap(now, truth.get(one.uuid).poses[at])));
    return { ...one, boxes, overlaps };
  });
}

// A new object -------------------------------------------------------------------------------

async function make(object, frame) {
  const pose = object.poses[frame];
  await bringIntoView(pose.centre, object.label);
  const before = await count();
  do {
    await hand.key("Shift+l");
    if (object.label !== label) await hand.key(String(plan.labels.indexOf(object.label) + 1), "label");
    label = object.label;
    await hand.lasso(ringAround(await places(pose.points)), "lasso");
  } while ((await count()) === before && hand.count < MOST);
  if ((await count()) === before) return null;
  const id = await page.evaluate(() => window.groundplane.selected());
  if (object.stationary) await hand.press(page.getByRole("checkbox", { name: "Stationary" }), "stationary");
  await facing(object, id, frame);
  await improve(object, id, pose, frame);
  return id;
}

/** The front is at the front: what everybody sees who sees the object drive or stand. */
async function facing(object, id, frame) {
  const off = Math.abs(turn(yawOf(object.poses[frame]) - yawOf(await box(id))));
  if (off > (3 * Math.PI) / 4) await hand.key("u");
  else if (off > Math.PI / 4) {
    await hand.key("Shift+u");
    await facing(object, id, frame);
  }
}

/** The worst first, until it is good enough or nothing more is to be seen. */
async function improve(object, id, pose, frame) {
  const guessed = {};
  while ((await judged(object, id, frame)) < ENOUGH && hand.count < MOST) {
    const now = await box(id);
    const shown = (face, axis, sign) => {
      if (!pose.pictured && face !== "bottom") return null;
      guessed[face] ??= hand.seen(0, PICTURE_M + PICTURE_SHARE * pose.size[axis]);
      return sideOf(now, pose, axis, sign) + guessed[face];
    };
    const [worst] = faults(now, pose, plan.eyes[frame], shown);
    if (worst === undefined) return;
    log(object, frame, JSON.stringify(worst));
    if (worst.kind === "turn") await turnBy(now, worst.byRad);
    else await moveSide(now, worst);
  }
}

/** How far outward the truth's side is. */
function sideOf(now, pose, axis, sign) {
  return sign * toLocal(now, pose.centre)[axis] + (pose.size[axis] - now.size[axis]) / 2;
}

async function turnBy(now, byRad) {
  const [from, middle] = [await handle("top", "turn"), await place(now.centre, "top")];
  const [x, y] = [from.x - middle.x, from.y - middle.y];
  // The screen's y points down: what turns left in the world turns left on it.
  const [cosine, sine] = [Math.cos(byRad), Math.sin(byRad)];
  const to = { x: middle.x + cosine * x + sine * y, y: middle.y - sine * x + cosine * y };
  await hand.guided(from, to, "turn");
}

async function moveSide(now, { face, axis, sign, byM }) {
  const view = axis === 2 ? "side" : "top";
  const from = await handle(view, face);
  const local = (reach) => [0, 1, 2].map((at) => (at === axis ? sign * reach : 0));
  const half = now.size[axis] / 2;
  const a = await place(toWorld(now, local(half)), view);
  const b = await place(toWorld(now, local(half + byM)), view);
  await hand.guided(from, { x: from.x + b.x - a.x, y: from.y + b.y - a.y }, "side");
}

// One that moves -----------------------------------------------------------------------------

/** A key at the end, one look at all of it, and a key more wherever it does not fit. */
async function track(object, id) {
  const last = object.poses.length - 1;
  await hand.key("End", "step");
  await ready(page);
  await carry(object, id, last);
  await play();
  const tried = new Set([0, last]);
  for (;;) {
    const overlaps = await look(object, id);
    const [worst] = overlaps
      .map((value, frame) => ({ value, frame }))
      .filter(({ value, frame }) => value < ENOUGH && !tried.has(frame))
      .toSorted((a, b) => a.value - b.value);
    if (worst === undefined || hand.count >= MOST) break;
    await goTo(worst.frame);
    tried.add(worst.frame);
    await carry(object, id, worst.frame);
  }
  await hand.key("Home", "step");
  await ready(page);
}

/** To where its points are in this frame. */
async function carry(object, id, frame) {
  const pose = object.poses[frame];
  if ((await judged(object, id, frame)) >= ENOUGH) return;
  const now = await box(id);
  const [ahead, left] = shiftOf(now, pose, plan.eyes[frame]);
  const drag = Math.hypot(ahead, left) < 1 ? hand.guided : hand.drag;
  const view = Math.hypot(ahead, left) < 1 ? "top" : "main";
  const to = toWorld(now, [ahead, left, 0]);
  if (view === "main") await bringIntoView(now.centre, object.label, to);
  const grip = await gripOf(now, view);
  const [from, aim] = [toWorld(now, grip), toWorld({ ...now, centre: to }, grip)];
  await drag.call(hand, await place(from, view), await place(aim, view), "move");
  if ((await judged(object, id, frame)) < ENOUGH) await hand.key("Shift+r");
  await improve(object, id, pose, frame);
}

/** Where on it a hand takes hold to move it: as far from any handle as may be. */
async function gripOf(now, view) {
  const handles = await page.evaluate((name) => window.groundplane.handles(name), view);
  const [length, width] = now.size;
  const spots = [0, 0.3, -0.3].flatMap((u) => [0, 0.25, -0.25].map((v) => [u * length, v * width, 0]));
  const free = [];
  for (const spot of spots) {
    const at = await place(toWorld(now, spot), view);
    free.push(Math.min(...handles.map(({ x, y }) => Math.hypot(x - at.x, y - at.y))));
  }
  return spots[free.indexOf(Math.max(...free))];
}

/** All frames, once; at the last one it stops. */
async function play() {
  await hand.key("Space", "play");
  await page.waitForFunction((last) => window.groundplane.frameIndex() === last, plan.eyes.length - 1);
  await page.getByRole("button", { name: /^Play/ }).first().waitFor();
  await ready(page);
}

/** A click on the timeline. */
async function goTo(frame) {
  if ((await page.evaluate(() => window.groundplane.frameIndex())) === frame) return;
  hand.note("step");
  await show(frame);
}

// Looking about --------------------------------------------------------------------------------

async function bringIntoView(centre, label, other = centre) {
  const view = await page.evaluate(() => window.groundplane.viewBox("main"));
  const middle = { x: view.x + view.width / 2, y: view.y + view.height / 2 };
  const isIn = ({ x, y }) =>
    Math.abs(x - middle.x) < view.width / 2 - MARGIN_PX &&
    Math.abs(y - middle.y) < view.height / 2 - MARGIN_PX;
  if (!isIn(await place(centre)) || !isIn(await place(other))) {
    const between = centre.map((value, at) => (value + other[at]) / 2);
    const at = await place(between);
    const [x, y] = [at.x - middle.x, at.y - middle.y];
    const part = Math.min(1, (0.48 * view.width) / Math.abs(x), (0.48 * view.height) / Math.abs(y));
    await hand.drag({ x: middle.x + part * x, y: middle.y + part * y }, middle, "pan", "right");
    if (part < 1) await bringIntoView(centre, label, other);
  }
  const least = PX_A_METRE[label] ?? PX_A_METRE.usual;
  while ((await pxAMetre(centre)) < least) await hand.wheel(await place(centre), 4);
}

async function pxAMetre([x, y, z]) {
  const [a, b] = await places([[x, y, z], [x + 1, y, z]]);
  return Math.hypot(a.x - b.x, a.y - b.y);
}

// What is on the screen; none of it is an operation -----------------------------------------------

function place(point, view = "main") {
  return page.evaluate(([at, name]) => window.groundplane.worldToScreen(...at, name), [point, view]);
}

function places(points) {
  return page.evaluate((all) => all.map((at) => window.groundplane.worldToScreen(...at)), points);
}

/** By its row in the list. */
async function select(id) {
  const selected = () => page.evaluate(() => window.groundplane.selected());
  if ((await selected()) === id) return;
  const all = await page.evaluate(() => window.groundplane.cuboids().map(({ uuid }) => uuid));
  const rows = page.getByRole("region", { name: "Objects" });
  const row = rows.getByRole("button", { name: new RegExp(`#${all.indexOf(id) + 1}\\b`) });
  await hand.press(row.first(), "select");
  if ((await selected()) !== id) throw new Error("another object was selected");
}

function handle(view, id) {
  return page.evaluate(
    ([name, wanted]) => window.groundplane.handles(name).find((one) => one.id === wanted),
    [view, id],
  );
}

function count() {
  return page.evaluate(() => window.groundplane.cuboids().length);
}

function box(id) {
  return page.evaluate(
    (uuid) => window.groundplane.cuboids().find((one) => one.uuid === uuid) ?? null,
    id,
  );
}

async function judged(object, id, frame) {
  const now = await box(id);
  return now === null ? 0 : overlap(now, object.poses[frame]);
}

/** Its box in every frame; the page is as it was afterwards. */
async function boxes(id) {
  const frame = await page.evaluate(() => window.groundplane.frameIndex());
  const found = [];
  for (let at = 0; at < plan.eyes.length; at += 1) {
    await show(at);
    found.push(await box(id));
  }
  await show(frame);
  return found;
}

async function look(object, id) {
  return (await boxes(id)).map((now, frame) => (now === null ? 0 : overlap(now, object.poses[frame])));
}

async function show(frame) {
  for (;;) {
    const now = await page.evaluate(() => window.groundplane.frameIndex());
    if (now === frame) break;
    await page.keyboard.press(now < frame ? "Period" : "Comma");
  }
  await ready(page);
}

function log(object, ...words) {
  if (process.env.DEBUG) console.error(object.label, object.uuid.slice(0, 4), ...words);
}
