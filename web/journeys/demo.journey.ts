/** The first minute of a new instance: the printed link, the demo scene, one car, submission. */

import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import {
  allSaved,
  count,
  drag,
  onScreen,
  panTo,
  pointsShown,
  type Pose,
  signedIn,
  startBrowser,
  typePose,
} from "./browser";

interface Plan {
  readonly link: string;
  readonly pictures: string;
  readonly poses: readonly { readonly label: string; readonly pose: Pose }[];
}

const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const failures: string[] = [];
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test("a new manager labels the demo and sees its answer", async () => {
  const page = await signedIn(browser, plan.link, failures);
  onTestFailed(() => picture(page, "failed"));
  await page.getByRole("link", { name: "groundplane-demo" }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Start labeling" }).click();
  await pointsShown(page);
  await page.getByRole("button", { name: "Skip the tour" }).click();
  for (const { label, pose } of plan.poses) await place(page, label, pose);
  await resizeInTopView(page);
  await allSaved(page);
  await page.keyboard.press("f");
  await page.waitForTimeout(800);
  await picture(page, "editor");
  expect(await count(page)).toBe(plan.poses.length);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await picture(page, "help");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  await picture(page, "submit");
  await page.getByRole("button", { name: "Submit task" }).click();
  await page.getByRole("link", { name: "Task page" }).click();
  await page.getByText("Completed").first().waitFor({ timeout: 60_000 });
  expect(failures).toEqual([]);
});

/** A drag from rear to front in the view as it opened, made exact by numbers. */
async function place(page: Page, label: string, pose: Pose): Promise<void> {
  const [x, y, z] = pose.centre;
  const ground = z - pose.size[2] / 2;
  await panTo(page, [x, y, ground]);
  await page.keyboard.press("Escape"); // a label chosen with an object selected would be its label
  await page.getByRole("button", { name: new RegExp(`^${label}\\b`) }).first().click();
  const before = await count(page);
  await page.keyboard.press("c");
  const along = (pose.yawDegrees * Math.PI) / 180;
  const [dx, dy] = [(Math.cos(along) * pose.size[0]) / 2, (Math.sin(along) * pose.size[0]) / 2];
  const rear = await onScreen(page, [x - dx, y - dy, ground]);
  await drag(page, rear, await onScreen(page, [x + dx, y + dy, ground]));
  await page.waitForFunction((was) => window.groundplane?.cuboids().length === was + 1, before);
  await typePose(page, pose);
}

/** The corner at front left follows the hand by as many metres as pixels mean; the one opposite stays. */
async function resizeInTopView(page: Page): Promise<void> {
  const before = await selectedCuboid(page);
  const handle = await onScreen(page, cornerOf(before, 1, 1), "top");
  const middle = await onScreen(page, before.centre, "top");
  const perMetre = (2 * (handle.x - middle.x)) / before.size[0];
  const from = { x: Math.round(handle.x), y: Math.round(handle.y) };
  await drag(page, from, { x: from.x + 18, y: from.y - 12 });
  await page.waitForFunction(
    ([id, length]) =>
      window.groundplane?.cuboids().find((one) => one.uuid === id)?.size[0] !== length,
    [before.uuid, before.size[0]] as const,
  );
  const after = await selectedCuboid(page);
  expect(after.size[0]).toBeCloseTo(before.size[0] + 18 / perMetre, 6);
  expect(after.size[1]).toBeCloseTo(before.size[1] + 12 / perMetre, 6);
  expect(after.size[2]).toBe(before.size[2]);
  const [kept, was] = [cornerOf(after, -1, -1), cornerOf(before, -1, -1)];
  kept.forEach((metres, axis) => expect(metres).toBeCloseTo(was[axis]!, 6));
  await picture(page, "top-view");
  await page.keyboard.press("Control+z");
  expect((await selectedCuboid(page)).size).toEqual(before.size);
}

type Shown = ReturnType<NonNullable<Window["groundplane"]>["cuboids"]>[number];

async function selectedCuboid(page: Page): Promise<Shown> {
  const found = await page.evaluate(() => {
    const id = window.groundplane?.selected();
    return window.groundplane?.cuboids().find((one) => one.uuid === id);
  });
  if (found === undefined) throw new Error("nothing is selected");
  return found;
}

/** A corner of the outline from above: 1 is the front, or the left side; -1 the other end. */
function cornerOf(
  { centre, size, rotation: [w, , , z] }: Shown,
  ahead: 1 | -1,
  aside: 1 | -1,
): [number, number, number] {
  const yaw = 2 * Math.atan2(z, w);
  const [along, across] = [(ahead * size[0]) / 2, (aside * size[1]) / 2];
  return [
    centre[0] + along * Math.cos(yaw) - across * Math.sin(yaw),
    centre[1] + along * Math.sin(yaw) + across * Math.cos(yaw),
    centre[2],
  ];
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${plan.pictures}/${name}.png` });
}
