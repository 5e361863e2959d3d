/** The first minute: the tour to the response, and a folder that becomes a task. */

import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import {
  allSaved,
  canvasBox,
  count,
  drag,
  onScreen,
  panTo,
  pointsShown,
  type Pose,
  signedIn,
  startBrowser,
} from "./browser";

interface Plan {
  readonly link: string;
  readonly pictures: string;
  readonly car: Pose;
  readonly folder: string;
  readonly broken: string;
}

const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const failures: string[] = [];
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
  page = await signedIn(browser, plan.link, failures);
});
afterAll(() => browser.close());

test("the tour leads through the demo to the response that a customer would get", async () => {
  onTestFailed(() => picture("failed-tour"));
  await page.getByRole("region", { name: "Create your first task" }).waitFor({ timeout: 60_000 });
  await picture("first-page");
  await page.getByRole("link", { name: "Start labeling" }).click();
  await pointsShown(page);
  await step("Look around", "look");
  const box = await canvasBox(page);
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await drag(page, middle, { x: middle.x + 90, y: middle.y + 10 });
  await page.getByText("Done: Drag on the ground").waitFor();
  await page.mouse.move(middle.x, middle.y);
  for (let turns = 0; turns < 3; turns++) await page.mouse.wheel(0, -240);

  await step("Place a cuboid on a car", "place");
  const { centre: [x, y, z], size, yawDegrees } = plan.car;
  const ground = z - size[2] / 2;
  await panTo(page, [x, y, ground]);
  await page.keyboard.press("c");
  await page.getByText("Done: Choose a label").waitFor();
  const along = (yawDegrees * Math.PI) / 180;
  const [dx, dy] = [(Math.cos(along) * size[0]) / 2, (Math.sin(along) * size[0]) / 2];
  const rear = await onScreen(page, [x - dx, y - dy, ground]);
  await drag(page, rear, await onScreen(page, [x + dx, y + dy, ground]));

  await step("Fit it", "fit");
  await clearOfHandles();
  const top = await onScreen(page, [x + dx, y + dy, z], "top");
  await drag(page, top, { x: top.x, y: top.y + 6 });
  if (await isAt("Fit it")) await page.keyboard.press("ArrowUp");

  await step("Follow it in time", "follow");
  await page.keyboard.press(".");
  await page.getByText("Done: Go to the next frame").waitFor();
  await page.keyboard.press("ArrowUp");

  await step("Hand it in", "submit");
  await page.getByRole("button", { name: "Back" }).click();
  await step("Follow it in time", "back");
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await page.keyboard.press("Escape");
  expect(await count(page)).toBe(1);
  await allSaved(page);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Submit task" }).click();
  const response = page.getByRole("region", { name: "Response" });
  await response.waitFor({ timeout: 60_000 });
  expect(await response.textContent()).toMatch(/"label": "Car".*One entry for each object in each frame: 10 in 10 frames/s);
  await picture("response");
});

test("the demo can be labeled again, and the tour does not come back by itself", async () => {
  onTestFailed(() => picture("failed-again"));
  await page.getByRole("link", { name: "Task page" }).click();
  await page.getByRole("button", { name: "New demo task" }).click();
  await page.getByRole("link", { name: "Start labeling" }).click({ timeout: 60_000 });
  await pointsShown(page);
  await page.waitForTimeout(1_000);
  expect(await page.getByRole("complementary", { name: "Tour" }).count()).toBe(0);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("tour");
  await page.keyboard.press("Enter");
  await step("Look around", "again");
  await page.getByRole("button", { name: "Skip the tour" }).click();
  expect(await page.getByRole("complementary", { name: "Tour" }).count()).toBe(0);
});

test("a folder of frames becomes a task with points to label", async () => {
  onTestFailed(() => picture("failed-folder"));
  await page.getByRole("link", { name: "Leave the editor" }).click();
  await page.getByRole("link", { name: "Tasks" }).click();
  await page.getByRole("button", { name: "New task" }).click();
  await picture("new-task");
  await page.getByRole("dialog").getByLabel("Folder of frames").setInputFiles(plan.broken);
  await page.getByText("Left out, because they are no frames").waitFor();
  await picture("broken-folder");
  await page.getByRole("button", { name: "Other folder" }).click();
  await dropFolder(plan.folder);
  const found = page.getByRole("region", { name: "What is in the folder" });
  await found.waitFor({ timeout: 30_000 });
  expect(await found.textContent()).toContain("2 frames and 2 pictures");
  await picture("found-folder");
  await page.getByRole("button", { name: "Check the scene" }).click();
  const check = page.getByRole("region", { name: "Scene check" });
  await check.waitFor({ timeout: 60_000 });
  expect(await check.textContent()).toContain("2 frames");
  await picture("checked-folder");
  await page.getByRole("button", { name: "Create the task of 2 frames" }).click();
  await page.getByRole("link", { name: "Start labeling" }).click({ timeout: 60_000 });
  await pointsShown(page);
  expect(await page.getByText(/^[\d,.\s]+ points$/).textContent()).not.toBe("0 points");
  await picture("own-task");
  expect(failures).toEqual([]);
});

/** As from the desktop: the browser gets the folder by its path, the page walks through it. */
async function dropFolder(path: string): Promise<void> {
  const zone = await page.getByRole("dialog").getByText("Drop a folder of frames here").boundingBox();
  if (zone === null) throw new Error("nowhere to drop");
  const cdp = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    const at = { x: zone.x + zone.width / 2, y: zone.y + zone.height / 2 };
    await cdp.send("Input.dispatchDragEvent", { type, ...at, data });
  }
  await cdp.detach();
}

/** The card is at this step, and is not under the hand's way to the handles. */
async function step(title: string, name: string): Promise<void> {
  await page.getByRole("heading", { name: title, exact: true }).waitFor({ timeout: 10_000 });
  await page.waitForTimeout(600);
  await picture(`tour-${name}`);
}

async function isAt(title: string): Promise<boolean> {
  await page.waitForTimeout(300);
  return (await page.getByRole("heading", { name: title, exact: true }).count()) > 0;
}

async function clearOfHandles(): Promise<void> {
  const card = await page.getByRole("complementary", { name: "Tour" }).boundingBox();
  for (const view of ["top", "side", "front"] as const) {
    const box = await page.evaluate((of) => window.groundplane?.viewBox(of), view);
    if (card === null || box === null || box === undefined) throw new Error(`no card, or no ${view} view`);
    const isApart =
      card.x + card.width <= box.x ||
      box.x + box.width <= card.x ||
      card.y + card.height <= box.y ||
      box.y + box.height <= card.y;
    expect(isApart, view).toBe(true);
  }
}

async function picture(name: string): Promise<void> {
  await page.screenshot({ path: `${plan.pictures}/${name}.png` });
}
