/** What a hand finds on keyboard, mouse and trackpad: keys are never lost, and time is under control. */

import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { canvasBox, count, isAtFrame, onScreen, pointsShown, selected, signedIn, startBrowser, typeNumber } from "./browser";
import { flows, lassoes } from "./making";
import { answers, gives, turnsAll } from "./together";
import { keysInTime, panelsByName, sights, turnsAndOrder, viewpoints } from "./looks";

interface Plan {
  readonly link: string;
  readonly pictures: string;
}

const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const failures: string[] = [];
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test("keys go on working after every panel, and time goes where it is sent", async () => {
  const page = await signedIn(browser, plan.link, failures);
  onTestFailed(() => page.screenshot({ path: `${plan.pictures}/failed.png` }).then(() => undefined));
  await page.getByRole("link", { name: "Start labeling" }).click({ timeout: 60_000 });
  await pointsShown(page);
  await fitToPoints(page);
  await lassoes(page, plan.pictures);
  await flows(page, plan.pictures);
  await placeTwo(page);
  await copies(page);
  await several(page);
  await turnsAll(page);
  await answers(page);
  await cutAndJoin(page);
  await gives(page);
  await batch(page);
  await keysAfterPanels(page);
  await jumpAndScrub(page);
  await play(page);
  await page.keyboard.press("Home");
  await pointsShown(page);
  await viewpoints(page);
  await sights(page);
  await turnsAndOrder(page);
  await keysInTime(page);
  await panelsByName(page);
  await ownKeys(page);
  await leftHand(page);
  await trackpad(page);
  expect(failures).toEqual([]);
});

/** A cuboid put roughly on the demo's nearest car is brought to its points by keys and by its sides. */
async function fitToPoints(page: Page): Promise<void> {
  const shape = () => page.evaluate(() => window.groundplane?.cuboids()[0] ?? null);
  const inside = page.getByLabel("Points inside", { exact: true });
  const points = async () => Number((await inside.textContent())?.replace(/\D/g, ""));
  const near = await onScreen(page, [411.7, -269.9, 31]);
  await page.keyboard.press("c");
  await page.mouse.click(near.x, near.y);
  await inside.waitFor();
  const beside = { cuboid: await shape(), points: await points() };
  await page.keyboard.press("Shift+r");
  const onto = await shape();
  expect(onto?.size).toEqual(beside.cuboid?.size);
  await expect.poll(points).toBeGreaterThan(1.5 * beside.points);
  await page.keyboard.press("r");
  const fit = await shape();
  expect(fit?.size[0]).toBeLessThan(onto!.size[0]);
  expect(fit?.size[1]).toBeLessThan(onto!.size[1]);
  await page.screenshot({ path: `${plan.pictures}/fitted.png` });
  await page.keyboard.press("u");
  const turned = (await shape())!.rotation;
  expect(Math.abs(turned.reduce((sum, part, k) => sum + part * fit!.rotation[k]!, 0))).toBeLessThan(1e-9);
  for (let times = 0; times < 3; times += 1) await page.keyboard.press("Control+z");
  expect(await shape()).toEqual(beside.cuboid);
  const handles = await page.evaluate(() => window.groundplane?.handles("top") ?? []);
  const front = handles.find(({ id }) => id === "front");
  if (front === undefined) throw new Error("no handle at the front");
  await page.mouse.dblclick(front.x, front.y);
  const shorter = await shape();
  expect(shorter?.size[0]).toBeLessThan(beside.cuboid!.size[0]);
  expect(shorter?.size.slice(1)).toEqual(beside.cuboid?.size.slice(1));
  await page.keyboard.press("Delete");
  expect(await count(page)).toBe(0);
  await page.keyboard.press("Control+z");
  expect(await selected(page)).not.toBeNull();
  await page.keyboard.press("Delete");
}

async function placeTwo(page: Page): Promise<void> {
  const { x, y, width, height } = await canvasBox(page);
  for (const [across, expected] of [
    [0.4, 1],
    [0.6, 2],
  ] as const) {
    await page.keyboard.press("c");
    await page.mouse.click(x + across * width, y + 0.6 * height);
    await page.waitForFunction((n) => window.groundplane?.cuboids().length === n, expected);
  }
}

/** A copy goes where the mouse is, in another frame where the original was; each is one undo. */
async function copies(page: Page): Promise<void> {
  const newest = () => page.evaluate(() => window.groundplane?.cuboids().at(-1) ?? null);
  const { x, y, width, height } = await canvasBox(page);
  const original = await newest();
  await page.keyboard.press("Control+c");
  await page.getByText("1 object copied.").waitFor();
  await page.mouse.move(x + 0.5 * width, y + 0.75 * height);
  await page.keyboard.press("Control+v");
  expect(await count(page)).toBe(3);
  const copy = await newest();
  expect(copy?.size).toEqual(original?.size);
  const at = await onScreen(page, [copy!.centre[0], copy!.centre[1], copy!.centre[2] - copy!.size[2] / 2]);
  expect(Math.hypot(at.x - (x + 0.5 * width), at.y - (y + 0.75 * height))).toBeLessThan(3);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("d");
  await page.keyboard.press("Control+v");
  expect((await newest())?.centre).toEqual(original?.centre);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("a");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+c");
  expect(await count(page)).toBe(3);
  await page.keyboard.press("Control+z");
  expect(await count(page)).toBe(2);
  await page.keyboard.press("Tab");
  await page.keyboard.press("n");
  await isAtFrame(page, 1);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("a");
}

/** Two objects get a label by one key; a locked one stays, a hidden one is only out of sight. */
async function several(page: Page): Promise<void> {
  const shown = () => page.evaluate(() => window.groundplane?.cuboids() ?? []);
  const before = await shown();
  await page.keyboard.press("Control+a");
  await page.getByRole("heading", { name: "2 objects" }).waitFor();
  await page.keyboard.press("2");
  expect(new Set((await shown()).map(({ label }) => label)).size).toBe(1);
  expect((await shown())[0]?.label).not.toBe(before[0]?.label);
  await page.keyboard.press("Control+z");
  expect(await shown()).toEqual(before);
  await page.keyboard.press("l");
  await page.keyboard.press("Delete");
  await page.getByText("The object is locked.").waitFor();
  expect(await count(page)).toBe(2);
  await page.keyboard.press("l");
  await page.keyboard.press("Shift+h");
  expect(await count(page)).toBe(0);
  await page.keyboard.press("Alt+h");
  expect(await count(page)).toBe(2);
  await page.getByRole("button", { name: "Show or hide the checks" }).and(page.locator(":has-text('Checks')")).click();
  const checks = page.getByRole("complementary", { name: "Checks" });
  await checks.getByRole("button", { name: "overlaps" }).or(checks.getByText("Nothing was found.")).first().waitFor();
  await page.screenshot({ path: `${plan.pictures}/checks.png` });
  await marksWhatFloats(page);
  await page.keyboard.press("Shift+k");
  await page.keyboard.press("Escape");
  for (const { centre } of before) {
    const at = await onScreen(page, centre);
    await page.keyboard.down("Control");
    await page.mouse.click(at.x, at.y);
    await page.keyboard.up("Control");
  }
  await page.getByRole("heading", { name: "2 objects" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
}

/** The row of what does not fit says so, and what mends it; when it does again, nothing. */
async function marksWhatFloats(page: Page): Promise<void> {
  const mark = page.getByRole("region", { name: "Objects", exact: true }).getByTitle(/floats .* above the ground\. Ground \(S\) puts it there\./);
  for (let times = 0; times < 6; times += 1) await page.keyboard.press("PageUp");
  await mark.waitFor();
  for (let times = 0; times < 6; times += 1) await page.keyboard.press("Control+z");
  await mark.waitFor({ state: "detached" });
}

/** A track is split and is whole again when its parts are merged; undo takes both back. */
async function cutAndJoin(page: Page): Promise<void> {
  const shown = () => page.evaluate(() => window.groundplane?.cuboids() ?? []);
  const before = await shown();
  const first = await selected(page);
  await page.keyboard.press("d");
  await page.keyboard.press("Shift+x");
  const second = await selected(page);
  expect(second).not.toBe(first);
  expect((await shown()).map(({ uuid }) => uuid)).not.toContain(first);
  const row = page.getByRole("region", { name: "Objects", exact: true }).locator("button.absent");
  await row.click({ modifiers: ["Control"] });
  await page.keyboard.press("m");
  expect(await selected(page)).toBe(first);
  expect((await shown()).map(({ uuid }) => uuid)).not.toContain(second);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("a");
  expect(await shown()).toEqual(before);
}

/** Two crops of the selected object are turned at once and one is dragged; undo takes both back. */
async function batch(page: Page): Promise<void> {
  const shown = () => page.evaluate(() => window.groundplane?.cuboids() ?? []);
  const before = await shown();
  await page.keyboard.press("Shift+b");
  const crop = (frame: number) => page.getByRole("option", { name: `Frame ${frame},` });
  const filled = page.getByRole("option", { name: /points?$/ });
  await expect.poll(() => filled.count(), { timeout: 20_000 }).toBe(10);
  const centre = async (frame: number) => {
    const box = await crop(frame).boundingBox();
    if (box === null) throw new Error("no crop");
    return { x: box.x + box.width / 2, y: box.y + 10 + box.height / 2 };
  };
  const [third, fifth] = [await centre(3), await centre(5)];
  await page.mouse.click(third.x, third.y);
  await page.keyboard.down("Control");
  await page.mouse.click(fifth.x, fifth.y);
  await page.keyboard.up("Control");
  await page.keyboard.press("w");
  await expect.poll(() => page.getByRole("option", { name: "keyframe" }).count(), { timeout: 5_000 }).toBe(3);
  await page.mouse.move(fifth.x, fifth.y);
  await page.mouse.down();
  await page.mouse.move(fifth.x + 20, fifth.y + 6, { steps: 4 });
  await page.mouse.up();
  await page.screenshot({ path: `${plan.pictures}/batch.png` });
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect.poll(() => page.getByRole("option", { name: "keyframe" }).count(), { timeout: 5_000 }).toBe(1);
  await page.mouse.dblclick(third.x, third.y);
  await isAtFrame(page, 2);
  await page.keyboard.press("Home");
  expect(await shown()).toEqual(before);
}

/** The next key does what it says, whatever was used before. */
async function keysAfterPanels(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Next frame", exact: true }).click();
  await isAtFrame(page, 1);
  await page.keyboard.press("d");
  await isAtFrame(page, 2);
  await page.getByRole("checkbox", { name: "Stationary" }).check();
  await nudges(page);
  await page.getByRole("checkbox", { name: "Stationary" }).uncheck();
  await page.getByRole("radio", { name: "partly" }).check();
  await nudges(page);
  await typeNumber(page, "Length (m)", 4.25);
  await nudges(page);
  await page.keyboard.press("?");
  await page.keyboard.type("undo");
  await page.keyboard.press("Escape");
  await nudges(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("first frame");
  await page.keyboard.press("Enter");
  await isAtFrame(page, 0);
  const before = await selected(page);
  await page.keyboard.press("Tab");
  expect(await selected(page)).not.toBe(before);
}

/** An arrow key moves the object, and undo takes just that back. */
async function nudges(page: Page): Promise<void> {
  const poses = () => page.evaluate(() => JSON.stringify(window.groundplane?.cuboids()));
  const before = await poses();
  await page.keyboard.press("ArrowUp");
  expect(await poses()).not.toBe(before);
  await page.keyboard.press("Control+z");
  expect(await poses()).toBe(before);
}

async function jumpAndScrub(page: Page): Promise<void> {
  await page.keyboard.press("g");
  await page.keyboard.type("7");
  await page.keyboard.press("Enter");
  await isAtFrame(page, 6);
  await page.keyboard.press("End");
  await isAtFrame(page, 9);
  await page.keyboard.press("Home");
  await isAtFrame(page, 0);
  const bar = await page.getByRole("slider", { name: "Frame" }).boundingBox();
  if (bar === null) throw new Error("no timeline");
  const at = (frame: number) => bar.x + ((frame + 0.5) / 10) * bar.width;
  await page.mouse.move(at(2), bar.y + 20);
  await page.mouse.down();
  await isAtFrame(page, 2);
  await page.mouse.move(at(8), bar.y + 20, { steps: 5 });
  await isAtFrame(page, 8);
  await page.mouse.up();
  // The pointer is done: arrows are the object's again, not the timeline's.
  await nudges(page);
  await isAtFrame(page, 8);
}

async function play(page: Page): Promise<void> {
  await page.keyboard.press("Home");
  await pointsShown(page);
  const begun = Date.now();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Play, pause" }).and(page.locator("[aria-pressed=true]")).waitFor();
  await isAtFrame(page, 9);
  // Ten frames a second: 0.9 s from the first to the last, here with a loaded machine's delays.
  expect(Date.now() - begun).toBeGreaterThan(850);
  await page.getByRole("button", { name: "Play, pause" }).and(page.locator("[aria-pressed=false]")).waitFor();
  await page.keyboard.press("Shift+Space");
  await page.waitForFunction(() => (window.groundplane?.frameIndex() ?? 9) < 9);
  await page.keyboard.press("Space");
  const stopped = await page.evaluate(() => window.groundplane?.frameIndex());
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => window.groundplane?.frameIndex())).toBe(stopped);
}

async function ownKeys(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type("change keys");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "New cuboid: replace C" }).click();
  await page.keyboard.press("d");
  await page.getByText("is “Next frame” now").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.reload();
  await pointsShown(page);
  await page.getByTitle("New cuboid (D)").waitFor();
  const there = await page.evaluate(() => window.groundplane?.frameIndex());
  await page.keyboard.press("d");
  await page.locator(".scene-hint", { hasText: "New" }).waitFor();
  expect(await page.evaluate(() => window.groundplane?.frameIndex())).toBe(there);
  await page.keyboard.press("Escape");
  expect(await count(page)).toBe(2);
}

/** The keys of one hand are taken together, work at once, and are given back together. */
async function leftHand(page: Page): Promise<void> {
  const choose = async (button: string) => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("change keys");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: button }).click();
    await page.keyboard.press("Escape");
  };
  await choose("Left hand only");
  await page.keyboard.press("z");
  await page.getByText("draw a line around its points").or(page.locator(".scene-hint", { hasText: "New" })).first().waitFor();
  await page.keyboard.press("Escape");
  await choose("Reset all");
  await page.getByTitle("New cuboid (C)").waitFor();
}

interface Turn {
  readonly deltaX?: number;
  readonly deltaY?: number;
  readonly ctrlKey?: boolean;
  readonly shiftKey?: boolean;
}

/** Two fingers slide, so that the picture moves by what they move; a pinch brings it nearer. */
async function trackpad(page: Page): Promise<void> {
  const box = await canvasBox(page);
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const at = () => page.evaluate(() => {
    const [x, y, z] = window.groundplane?.cuboids()[0]?.centre ?? [0, 0, 0];
    return window.groundplane?.worldToScreen(x, y, z) ?? null;
  });
  const wheel = (over: Turn) =>
    page.locator("canvas").first().evaluate((canvas, init) => {
      canvas.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, ...init }));
    }, { clientX: middle.x, clientY: middle.y, ...over });
  const before = await at();
  await wheel({ deltaX: 12, deltaY: 9 });
  const slid = await at();
  if (before === null || slid === null) throw new Error("behind the eye");
  expect(slid.x).toBeLessThan(before.x - 3);
  expect(slid.y).toBeLessThan(before.y - 3);
  await page.waitForTimeout(400);
  const apart = () =>
    page.evaluate(() => {
      const [a, b] = (window.groundplane?.cuboids() ?? []).map(({ centre: [x, y, z] }) =>
        window.groundplane?.worldToScreen(x, y, z),
      );
      return Math.hypot((a?.x ?? 0) - (b?.x ?? 0), (a?.y ?? 0) - (b?.y ?? 0));
    });
  const far = await apart();
  await wheel({ deltaY: -20, ctrlKey: true });
  expect(await apart()).toBeGreaterThan(1.1 * far);
}

