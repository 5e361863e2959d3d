/** Panels go where a person puts them, stay there for that person on every machine, and come back. */

import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { canvasBox, drag, pointsShown, selected, signedIn, startBrowser } from "./browser";

interface Plan {
  readonly link: string;
  readonly elsewhere: string;
  readonly other: string;
  readonly pictures: string;
}

const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const failures: string[] = [];
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test("a panel that was dragged is there again, for its person and nobody else", async () => {
  const page = await signedIn(browser, plan.link, failures);
  onTestFailed(() => page.screenshot({ path: `${plan.pictures}/failed.png` }).then(() => undefined));
  await page.getByRole("link", { name: "Start labeling" }).click({ timeout: 60_000 });
  await pointsShown(page);
  const address = page.url();
  expect(await cameras(page)).toBe("below");
  await placeOne(page);
  await sceneSurvives(page);
  await page.reload();
  await pointsShown(page);
  expect(await cameras(page)).toBe("left");
  await page.context().close();

  const elsewhere = await opened(plan.elsewhere, address);
  await elsewhere.waitForFunction(() => {
    const at = (panel: string) => document.querySelector(`.of-${panel}`)?.getBoundingClientRect();
    return (at("cameras")?.right ?? Infinity) <= (at("scene")?.left ?? 0);
  });
  await byKeyboard(elsewhere);
  await elsewhere.context().close();

  const other = await opened(plan.other, address);
  expect(await cameras(other)).toBe("below");
  await other.context().close();
  expect(failures).toEqual([]);
});

async function opened(link: string, address: string): Promise<Page> {
  const page = await signedIn(browser, link, failures);
  await page.goto(address);
  await pointsShown(page);
  return page;
}

/** Where the cameras stand, as seen from the scene. */
async function cameras(page: Page): Promise<string> {
  const [strip, scene] = [await box(page, "cameras"), await box(page, "scene")];
  if (strip.y >= scene.y + scene.height) return "below";
  if (strip.x + strip.width <= scene.x + 1) return "left";
  return strip.x >= scene.x + scene.width ? "right" : "above";
}

async function box(page: Page, panel: string) {
  const found = await page.locator(`.of-${panel}`).boundingBox();
  if (found === null) throw new Error(`${panel} is not shown`);
  return found;
}

async function placeOne(page: Page): Promise<void> {
  const { x, y, width, height } = await canvasBox(page);
  await page.keyboard.press("c");
  await page.mouse.click(x + 0.5 * width, y + 0.6 * height);
  await page.waitForFunction(() => window.groundplane?.cuboids().length === 1);
}

/** The same canvas with the same graphics, in its new size; selection and keys are as they were. */
async function sceneSurvives(page: Page): Promise<void> {
  const chosen = await selected(page);
  expect(chosen).not.toBeNull();
  await page.evaluate(() => {
    const canvas = document.querySelector(".scene > canvas");
    canvas?.addEventListener("webglcontextlost", () => document.body.classList.add("was-lost"));
    canvas?.classList.add("the-first");
  });
  const scene = await box(page, "scene");
  const tab = await page.getByRole("tab", { name: "Cameras" }).boundingBox();
  if (tab === null) throw new Error("no tab");
  const from = { x: tab.x + 12, y: tab.y + 10 };
  await drag(page, from, { x: scene.x + 60, y: scene.y + scene.height / 2 });
  expect(await cameras(page)).toBe("left");
  await page.waitForFunction(() => {
    const [host, canvas] = [document.querySelector(".scene"), document.querySelector(".the-first")];
    return host?.clientWidth === canvas?.clientWidth && host?.clientHeight === canvas?.clientHeight;
  });
  expect(await page.locator(".was-lost").count()).toBe(0);
  expect(await selected(page)).toBe(chosen);
  await page.keyboard.press("d");
  await page.waitForFunction(() => window.groundplane?.frameIndex() === 1);

  const line = await page.getByRole("separator", { name: /^Between “Labels and objects”/ }).boundingBox();
  if (line === null) throw new Error("no line");
  const width = (await box(page, "labels")).width;
  const held = { x: line.x, y: line.y + 200 };
  const kept = page.waitForResponse((reply) => reply.request().method() === "PUT");
  await drag(page, held, { x: held.x + 40, y: held.y });
  expect((await box(page, "labels")).width).toBeCloseTo(width + 40, -1);
  await page.keyboard.press("a");
  await page.waitForFunction(() => window.groundplane?.frameIndex() === 0);
  expect((await kept).status()).toBe(200);
}

/** Closing, moving, sizing and the reset, with no mouse at all. */
async function byKeyboard(page: Page): Promise<void> {
  const command = async (words: string) => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(words);
    await page.keyboard.press("Enter");
  };
  await command("hide the cameras");
  await page.locator(".of-cameras").waitFor({ state: "detached" });
  await command("hide the cameras");
  expect(await cameras(page)).toBe("left");

  await command("arrange panels");
  const choice = page.getByRole("combobox", { name: "Move Cameras to" });
  await choice.focus();
  await choice.selectOption("The right edge, beside everything");
  await page.keyboard.press("Escape");
  expect(await cameras(page)).toBe("right");

  const line = page.getByRole("separator", { name: /and “Cameras”$/ });
  const { width } = await box(page, "cameras");
  await line.focus();
  await page.keyboard.press("ArrowLeft");
  expect((await box(page, "cameras")).width).toBe(width + 16);
  const kept = page.waitForResponse((reply) => reply.request().method() === "PUT");
  await command("reset the panels");
  expect(await cameras(page)).toBe("below");
  await kept;
}
