/** Chromium as the journeys start it, and what a labeler does in it: mouse and keys only. */

import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

export interface Pose {
  readonly centre: readonly [number, number, number];
  /** length, width, height */
  readonly size: readonly [number, number, number];
  readonly yawDegrees: number;
}

const FOUND = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
if (FOUND === undefined) throw new Error("Chromium is not installed (make browser).");
export const CHROMIUM = FOUND;
export const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
}

/** A window of its own person, signed in through the link; page errors fail the journey. */
export async function signedIn(browser: Browser, link: string, failures: string[]): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1600, height: 1000 },
    colorScheme: "dark",
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => failures.push(String(error)));
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Tasks" }).waitFor();
  return page;
}

/** The points of the current frame are on screen. */
export function pointsShown(page: Page): Promise<unknown> {
  return page.waitForFunction(() => window.groundplane?.ready() === true, null, {
    timeout: 60_000,
  });
}

export type ViewName = Parameters<NonNullable<Window["groundplane"]>["viewBox"]>[0];

/** Where a world point is on the page, in the main view or in a flat one. */
export async function onScreen(
  page: Page,
  world: readonly [number, number, number],
  view: ViewName = "main",
): Promise<{ x: number; y: number }> {
  const at = await page.evaluate(
    ([x, y, z, name]) => window.groundplane?.worldToScreen(x, y, z, name),
    [...world, view] as const,
  );
  if (at === null || at === undefined) throw new Error(`not to be seen in the ${view} view`);
  return at;
}

/** Drag with the primary button, in steps as a hand does. */
export async function drag(
  page: Page,
  from: { x: number; y: number },
  to: { x: number; y: number },
  button: "left" | "right" = "left",
): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down({ button });
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up({ button });
}

/** Where the main view is on the page. */
export async function canvasBox(
  page: Page,
): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.evaluate(() => window.groundplane?.viewBox("main"));
  if (box === null || box === undefined) throw new Error("no main view");
  return box;
}

/** Pan with the right button until the world point is in the middle of the view. */
export async function panTo(page: Page, world: readonly [number, number, number]): Promise<void> {
  const box = await canvasBox(page);
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  for (let tries = 0; tries < 12; tries++) {
    const at = await onScreen(page, world);
    const away = { x: middle.x - at.x, y: middle.y - at.y };
    if (Math.hypot(away.x, away.y) < 40) return;
    const part = Math.min(1, (0.4 * Math.min(box.width, box.height)) / Math.hypot(away.x, away.y));
    const to = { x: middle.x + away.x * part, y: middle.y + away.y * part };
    await drag(page, middle, to, "right");
  }
  throw new Error("the view does not follow the hand");
}

/** Type a number into a field of the inspector, as a person does. */
export async function typeNumber(page: Page, name: string, value: number): Promise<void> {
  const field = page.getByRole("spinbutton", { name, exact: true });
  await field.click({ clickCount: 3 });
  await page.keyboard.type(value.toFixed(3));
  await page.keyboard.press("Enter");
}

export async function typePose(page: Page, pose: Pose): Promise<void> {
  const numbers: readonly (readonly [string, number])[] = [
    ["Centre x (m)", pose.centre[0]],
    ["Centre y (m)", pose.centre[1]],
    ["Centre z (m)", pose.centre[2]],
    ["Length (m)", pose.size[0]],
    ["Width (m)", pose.size[1]],
    ["Height (m)", pose.size[2]],
    ["Yaw (°)", pose.yawDegrees],
  ];
  for (const [name, value] of numbers) await typeNumber(page, name, value);
}

export async function goToFrame(page: Page, index: number): Promise<void> {
  for (;;) {
    const now = await page.evaluate(() => window.groundplane?.frameIndex() ?? 0);
    if (now === index) return;
    await page.getByRole("button", { name: now < index ? "Next frame" : "Previous frame" }).click();
    await page.waitForFunction((was) => window.groundplane?.frameIndex() !== was, now);
    await pointsShown(page);
  }
}

export function count(page: Page): Promise<number> {
  return page.evaluate(() => window.groundplane?.cuboids().length ?? 0);
}

export function selected(page: Page): Promise<string | null> {
  return page.evaluate(() => window.groundplane?.selected() ?? null);
}

/** A server that was away for a moment is asked again after up to 15 s. */
const SAVED_WITHIN_MS = 90_000;

export async function allSaved(page: Page): Promise<void> {
  try {
    await page.waitForFunction(() => window.groundplane?.unsent() === 0, null, {
      timeout: SAVED_WITHIN_MS,
    });
  } catch (error) {
    const badge = await page.locator(".pill").allTextContents();
    throw new Error(`not saved; the badge says ${badge.join(", ")}`, { cause: error });
  }
}

export function isAtFrame(page: Page, index: number): Promise<unknown> {
  return page.waitForFunction((wanted) => window.groundplane?.frameIndex() === wanted, index);
}
