/**
 * A labeler's whole way through a real scene: eight tracks, three of them moving, one reload in the
 * middle of a track, a second person on the same task, submission. What to draw comes from the
 * scene's own labels; everything is done with mouse and keys.
 */

import { readFileSync, writeFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { ring, whenSeen } from "./looks";
import {
  allSaved,
  canvasBox,
  count,
  drag,
  goToFrame,
  onScreen,
  panTo,
  pointsShown,
  type Pose,
  selected,
  signedIn,
  startBrowser,
  typePose,
} from "./browser";

interface Plan {
  readonly url: string;
  readonly links: readonly [string, string];
  readonly taskId: string;
  readonly pictures: string;
  readonly result: string;
  readonly tracks: readonly {
    readonly label: string;
    readonly stationary: boolean;
    readonly poses: readonly Pose[];
  }[];
}

type Track = Plan["tracks"][number];

const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const failures: string[] = [];
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test("a labeler labels a recorded scene and hands it in", async () => {
  const page = await signedIn(browser, plan.links[0], failures);
  onTestFailed(() => picture(page, "failed"));
  await page.goto(`${plan.url}/tasks/${plan.taskId}`);
  await page.getByRole("link", { name: "Start labeling" }).click();
  await pointsShown(page);
  await picture(page, "opened");
  await ring(page, 60);
  await page.keyboard.press("t");
  await tourElsewhere(page);

  const other = await signedIn(browser, plan.links[1], failures);
  await secondPersonOnlyLooks(other);

  const uuids: string[] = [];
  const stationary = plan.tracks.filter((track) => track.stationary);
  const moving = plan.tracks.filter((track) => !track.stationary);
  for (const track of stationary) uuids.push(await labelStationary(page, track));
  for (const [index, track] of moving.entries()) {
    uuids.push(await labelMoving(page, track, { reloadInTheMiddle: index === 1 }));
  }

  await whenSeen(page);
  await draws(page);
  await bends(page);
  await undoAndRedo(page);
  await allSaved(page);
  await goToFrame(page, 0);
  await picture(page, "labeled");
  expect(await count(page)).toBe(plan.tracks.length);
  await other.waitForFunction(
    (all) => window.groundplane?.cuboids().length === all,
    plan.tracks.length,
    { timeout: 30_000 },
  );
  await picture(other, "second-person");

  // The other window hears of the last edits a little later.
  const corners = async (of: Page) => JSON.stringify((await polygons(of))[0]?.vertices.map((at) => at.map((metres) => metres.toFixed(6))));
  await expect.poll(() => corners(other), { timeout: 30_000 }).toBe(await corners(page));
  const [polygon] = await polygons(other);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Submit task" }).click();
  await page.getByRole("heading", { name: "Submitted" }).waitFor();
  await page.goto(`${plan.url}/tasks/${plan.taskId}`);
  await page.getByText("Completed").first().waitFor({ timeout: 60_000 });
  await page.getByText("delivered", { exact: false }).first().waitFor({ timeout: 60_000 });
  await picture(page, "delivered");
  writeFileSync(plan.result, JSON.stringify({ uuids, polygon }));
  expect(failures).toEqual([]);
});

/** The tour is the demo's: asked for here it says where, and goes by Escape alone. */
async function tourElsewhere(page: Page): Promise<void> {
  const card = page.getByRole("complementary", { name: "Tour" });
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Take the tour" }).click();
  await card.getByRole("link", { name: "Tasks of “Demo”" }).waitFor();
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
}

/** Drawn from rear to front on the ground, then made exact by numbers; the new object's id. */
async function place(page: Page, label: string, pose: Pose): Promise<string> {
  const [x, y, z] = pose.centre;
  const ground = z - pose.size[2] / 2;
  await panTo(page, [x, y, ground]);
  await page.getByRole("button", { name: new RegExp(`^${label}\\b`) }).first().click();
  const before = await count(page);
  await page.keyboard.press("c");
  const along = (pose.yawDegrees * Math.PI) / 180;
  const [dx, dy] = [(Math.cos(along) * pose.size[0]) / 2, (Math.sin(along) * pose.size[0]) / 2];
  const rear = await onScreen(page, [x - dx, y - dy, ground]);
  const front = await onScreen(page, [x + dx, y + dy, ground]);
  await drag(page, rear, front);
  await page.waitForFunction((was) => window.groundplane?.cuboids().length === was + 1, before);
  const id = await selected(page);
  if (id === null) throw new Error("the new cuboid is not selected");
  const drawn = await page.evaluate(
    (uuid) => window.groundplane?.cuboids().find((one) => one.uuid === uuid)?.centre,
    id,
  );
  expect(Math.hypot((drawn?.[0] ?? 0) - x, (drawn?.[1] ?? 0) - y)).toBeLessThan(0.7);
  await typePose(page, pose);
  return id;
}

async function labelStationary(page: Page, track: Track): Promise<string> {
  await goToFrame(page, 2);
  const id = await place(page, track.label, poseAt(track, 2));
  await page.getByRole("checkbox", { name: "Stationary" }).check();
  return id;
}

/** Keyframes at the first and the last frame; between them it is interpolated. */
async function labelMoving(
  page: Page,
  track: Track,
  how: { readonly reloadInTheMiddle: boolean },
): Promise<string> {
  await goToFrame(page, 0);
  const id = await place(page, track.label, poseAt(track, 0));
  const stationary = page.getByRole("checkbox", { name: "Stationary" });
  if (await stationary.isChecked()) await stationary.uncheck();
  if (how.reloadInTheMiddle) await reload(page, id);
  await goToFrame(page, 4);
  const [first, last] = [poseAt(track, 0), poseAt(track, 4)];
  await panTo(page, first.centre);
  await drag(page, await onScreen(page, first.centre), await onScreen(page, last.centre));
  await typePose(page, last);
  return id;
}

/** The same object is there again, and goes on as if nothing had happened. */
async function reload(page: Page, id: string): Promise<void> {
  await page.reload();
  await pointsShown(page);
  await page.keyboard.press("t");
  await goToFrame(page, 0);
  await page.waitForFunction(
    (uuid) => window.groundplane?.cuboids().some((one) => one.uuid === uuid) === true,
    id,
  );
  await picture(page, "reloaded");
  const at = await page.evaluate(
    (uuid) => window.groundplane?.cuboids().find((one) => one.uuid === uuid)?.centre,
    id,
  );
  if (at === undefined) throw new Error("the object is gone");
  await panTo(page, at);
  const middle = await onScreen(page, at);
  await page.mouse.click(middle.x, middle.y);
  expect(await selected(page)).toBe(id);
}

async function secondPersonOnlyLooks(other: Page): Promise<void> {
  await other.goto(`${plan.url}/tasks/${plan.taskId}/work`);
  await pointsShown(other);
  await other.getByText("works on this task now").first().waitFor();
  await other.keyboard.press("c");
  const box = await canvasBox(other);
  await other.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  expect(await count(other)).toBe(0);
}

const polygons = (page: Page) => page.evaluate(() => window.groundplane?.polygons() ?? []);

/** Three clicks, one more that is taken back, Enter; the label in hand gives way to one of polygons. */
async function draws(page: Page): Promise<void> {
  await goToFrame(page, 0);
  const { x, y, width, height } = await canvasBox(page);
  await page.keyboard.press("Shift+p");
  await page.getByText("Crossing is in hand now").waitFor();
  const places = [[0.35, 0.35], [0.65, 0.35], [0.5, 0.7], [0.2, 0.6]] as const;
  for (const [across, down] of places) await page.mouse.click(x + across * width, y + down * height);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  const [drawn, ...more] = await polygons(page);
  expect(more).toEqual([]);
  expect(drawn?.label).toBe("Crossing");
  expect(await selected(page)).toBe(drawn?.uuid);
  for (const [index, vertex] of (drawn?.vertices ?? []).entries()) {
    const at = await onScreen(page, vertex);
    const [across, down] = places[index]!;
    expect(Math.hypot(at.x - x - across * width, at.y - y - down * height)).toBeLessThan(3);
  }
}

/** The middle of a side is dragged and becomes a vertex; one vertex is taken out, and comes back. */
async function bends(page: Page): Promise<void> {
  const vertices = async () => (await polygons(page))[0]?.vertices ?? [];
  const [a, b] = await vertices();
  const middle = await onScreen(page, [(a![0] + b![0]) / 2, (a![1] + b![1]) / 2, (a![2] + b![2]) / 2]);
  await drag(page, middle, { x: middle.x, y: middle.y - 40 });
  const four = await vertices();
  expect(four).toHaveLength(4);
  expect([four[0], four[2]]).toEqual([a, b]);
  const dragged = await onScreen(page, four[1]!);
  expect(Math.hypot(dragged.x - middle.x, dragged.y - middle.y + 40)).toBeLessThan(3);
  await picture(page, "polygon");
  await page.mouse.dblclick(dragged.x, dragged.y);
  expect(await vertices()).toHaveLength(3);
  await page.keyboard.press("Control+z");
  expect(await vertices()).toEqual(four);
}

async function undoAndRedo(page: Page): Promise<void> {
  const poses = () =>
    page.evaluate(() => JSON.stringify([window.groundplane?.cuboids(), window.groundplane?.polygons()]));
  const done = await poses();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  expect(await poses()).not.toBe(done);
  await page.keyboard.press("Control+Shift+z");
  expect(await poses()).toBe(done);
}

function poseAt(track: Track, frame: number): Pose {
  const pose = track.poses[frame];
  if (pose === undefined) throw new Error(`no frame ${frame}`);
  return pose;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${plan.pictures}/${name}.png` });
}
