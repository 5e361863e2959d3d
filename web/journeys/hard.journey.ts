/** Scenes that are hard to show: few points, thousands of cuboids, and points that come broken. */

import { copyFileSync, readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { allSaved, count, drag, onScreen, pointsShown, selected, signedIn, startBrowser } from "./browser";

interface Plan {
  readonly url: string;
  readonly link: string;
  readonly taskId: string;
  readonly cuboids: number;
  /** Of frame 1: a file with one byte turned, and what it was before. */
  readonly chunk: string;
  readonly whole: string;
  readonly pictures: string;
}

const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const failures: string[] = [];
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test("three points, thousands of cuboids, and points that come broken", async () => {
  const page = await signedIn(browser, plan.link, failures);
  onTestFailed(() => page.screenshot({ path: `${plan.pictures}/failed.png` }).then(() => undefined));
  await page.goto(`${plan.url}/tasks/${plan.taskId}/work`);
  await pointsShown(page);
  await page.getByText("3 points", { exact: true }).waitFor();
  expect(await count(page)).toBe(plan.cuboids);
  await moveOne(page);
  await brokenPoints(page);
  expect(failures).toEqual([]);
});

/** Among thousands the one that is held moves, and is saved. */
async function moveOne(page: Page): Promise<void> {
  await page.locator("canvas").first().focus();
  await page.keyboard.press("Tab");
  const id = await selected(page);
  await page.keyboard.press("f");
  await page.waitForTimeout(400);
  const centre = await centreOf(page, id);
  const from = await onScreen(page, centre, "top");
  await drag(page, from, { x: from.x + 30, y: from.y });
  await allSaved(page);
  expect(await centreOf(page, id)).not.toEqual(centre);
  expect(await count(page)).toBe(plan.cuboids);
}

async function centreOf(page: Page, id: string | null): Promise<readonly [number, number, number]> {
  const found = await page.evaluate(
    (uuid) => window.groundplane?.cuboids().find((one) => one.uuid === uuid)?.centre,
    id,
  );
  if (found === undefined) throw new Error("nothing is selected");
  return found;
}

/** The checksum is wrong: it is said, nothing else is lost, and trying again helps once it is right. */
async function brokenPoints(page: Page): Promise<void> {
  await page.keyboard.press("d");
  const note = page.getByRole("alert").filter({ hasText: "The points did not arrive" });
  await note.waitFor();
  expect(await note.textContent()).toContain("broken or not whole, twice");
  expect(await count(page)).toBe(plan.cuboids);
  await page.screenshot({ path: `${plan.pictures}/broken.png` });
  copyFileSync(plan.whole, plan.chunk);
  await note.getByRole("button", { name: "Try again" }).click();
  await pointsShown(page);
  await page.getByText("500 points", { exact: true }).waitFor();
}
