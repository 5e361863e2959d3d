/** Steps of the hands' journey: every way to look, and the commands of time that need no aim. */

import type { Page } from "playwright-core";
import { expect } from "vitest";
import { onScreen, pointsShown, selected } from "./browser";

type Shown = ReturnType<NonNullable<Window["groundplane"]>["cuboids"]>[number];

const shown = (page: Page) => page.evaluate(() => window.groundplane?.cuboids() ?? []);
const canvas = (page: Page) => page.locator(".scene canvas").first();

async function theSelected(page: Page): Promise<Shown> {
  const id = await selected(page);
  const found = (await shown(page)).find(({ uuid }) => uuid === id);
  if (found === undefined) throw new Error("nothing is selected");
  return found;
}

/** The picture is another one after the key, and the first again after the key back. */
async function changesPicture(page: Page, there: string, back?: string): Promise<void> {
  const before = await canvas(page).screenshot();
  const isOther = async () => !(await canvas(page).screenshot()).equals(before);
  await page.keyboard.press(there);
  await expect.poll(isOther, { timeout: 15_000 }).toBe(true);
  if (back === undefined) return;
  await page.keyboard.press(back);
  await expect.poll(isOther, { timeout: 15_000 }).toBe(false);
}

/** Where the camera looks from: keys and what they do to a place on the screen. */
export async function viewpoints(page: Page): Promise<void> {
  const { centre } = await theSelected(page);
  const at = () => onScreen(page, centre);
  await page.keyboard.press("h");
  await page.waitForTimeout(400);
  const far = await at();
  await page.keyboard.press("f");
  await expect.poll(async () => (await at()).x !== far.x).toBe(true);
  await page.waitForTimeout(400);
  const near = await at();
  const box = (await canvas(page).boundingBox())!;
  expect(near.y - box.y).toBeGreaterThan(0);
  await changesPicture(page, "t");
  await page.keyboard.press("b");
  await page.getByText("Following the object").waitFor();
  await page.keyboard.press("b");
  await page.keyboard.press("Shift+f");
  await page.getByText("Flying:").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Flying:").waitFor({ state: "hidden" });
  await page.keyboard.press("o");
  await page.locator(".flat-view").first().waitFor({ state: "hidden" });
  await page.keyboard.press("o");
  await page.locator(".flat-view").first().waitFor();
  await page.keyboard.press("q");
  await page.keyboard.press("f");
}

/** What is seen of the points: colours, sizes, the ground, other frames. */
export async function sights(page: Page): Promise<void> {
  const legend = page.locator(".scene-corner");
  const before = await legend.textContent();
  await page.keyboard.press("p");
  await expect.poll(() => legend.textContent()).not.toBe(before);
  for (let times = 0; times < 8 && (await legend.textContent()) !== before; times += 1) {
    await page.keyboard.press("p");
    await page.waitForTimeout(60);
  }
  expect(await legend.textContent()).toBe(before);
  // With a real click: what lies over the scene lets most of them through.
  const head = page.locator(".legend-head");
  for (const open of ["false", "true"]) {
    await head.click();
    await expect.poll(() => head.getAttribute("aria-expanded")).toBe(open);
  }
  await changesPicture(page, "=", "-");
  await changesPicture(page, "Shift+g", "Shift+g");
  const merged = page.getByText(/points of \d+ frames/);
  await page.keyboard.press("y");
  await merged.waitFor();
  await page.keyboard.press("Shift+y");
  await page.keyboard.press("Shift+y");
  await page.keyboard.press("y");
  await merged.waitFor({ state: "hidden" });
}

/** A track of two keyframes: walked, interpolated, cut at its ends; and its ghosts beside it. */
export async function keysInTime(page: Page): Promise<void> {
  const press = async (key: string) => {
    await page.keyboard.press(key);
    await pointsShown(page);
  };
  const frame = () => page.evaluate(() => window.groundplane?.frameIndex());
  await press("Home");
  await page.keyboard.press("k");
  await press("End");
  await page.keyboard.press("Shift+ArrowUp");
  const moved = await theSelected(page);
  await press("Shift+a");
  await expect.poll(frame).toBe(0);
  expect((await theSelected(page)).centre).not.toEqual(moved.centre);
  await press("d");
  await changesPicture(page, "Shift+o", "Shift+o");
  await press("Shift+d");
  await expect.poll(frame).toBe(9);
  await page.keyboard.press("x");
  expect((await theSelected(page)).centre).not.toEqual(moved.centre);
  await press("a");
  const id = await selected(page);
  const isHere = async () => (await shown(page)).some(({ uuid }) => uuid === id);
  await page.keyboard.press("e");
  await press("d");
  expect(await isHere()).toBe(false);
  await press("Home");
  await press("d");
  await page.keyboard.press("Shift+e");
  await press("a");
  expect(await isHere()).toBe(false);
  for (let times = 0; times < 2; times += 1) await page.keyboard.press("Control+z");
  expect(await isHere()).toBe(true);
  await page.keyboard.press("j");
  await page.locator(".lanes").waitFor();
  await page.keyboard.press("j");
  await page.locator(".lanes").waitFor({ state: "hidden" });
  const rate = page.getByRole("combobox", { name: "Speed of playing" });
  const usual = await rate.inputValue();
  await page.keyboard.press("]");
  expect(Number(await rate.inputValue())).toBeGreaterThan(Number(usual));
  await page.keyboard.press("[");
  expect(await rate.inputValue()).toBe(usual);
}

/** Standing on the ground, a quarter turn, and the object before this one. */
export async function turnsAndOrder(page: Page): Promise<void> {
  const before = await theSelected(page);
  await page.keyboard.press("Shift+u");
  const turned = await theSelected(page);
  expect([turned.size[0], turned.size[1]]).toEqual([before.size[1], before.size[0]]);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("PageUp");
  await page.keyboard.press("s");
  const standing = await theSelected(page);
  await page.keyboard.press("s");
  expect(await theSelected(page)).toEqual(standing);
  const first = await selected(page);
  await page.keyboard.press("Shift+Tab");
  const other = await selected(page);
  expect(other).not.toBe(first);
  await page.keyboard.press("Tab");
  expect(await selected(page)).toBe(first);
}

/** Panels by their keys, and by their names in the list of commands. */
export async function panelsByName(page: Page): Promise<void> {
  const panel = (name: string) => page.getByRole("complementary", { name, exact: true });
  const command = async (words: string) => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(words);
    await page.keyboard.press("Enter");
  };
  for (const [words, name] of [
    ["show or hide labels and objects", "Labels and objects"],
    ["show or hide the selected object", "Selected object"],
  ] as const) {
    await command(words);
    await panel(name).waitFor({ state: "hidden" });
    await command(words);
    await panel(name).waitFor();
  }
  await command("show or hide the cameras");
  const cameras = page.locator(".camera-strip");
  await cameras.waitFor({ state: "hidden" });
  await command("reset the panels to their usual");
  await cameras.waitFor();
  await command("history");
  await panel("History").waitFor();
  await command("history");
  await page.keyboard.press("i");
  const guide = page.getByRole("complementary", { name: /^About / });
  await guide.waitFor();
  await page.keyboard.press("i");
  await guide.waitFor({ state: "hidden" });
  const isOpen = await panel("Instructions").isVisible();
  await page.keyboard.press("Shift+i");
  await panel("Instructions").waitFor({ state: isOpen ? "hidden" : "visible" });
  if (isOpen) await page.keyboard.press("Shift+i");
  await unfolds(page);
  if (!isOpen) await page.keyboard.press("Shift+i");
}

/** Long instructions are three lines until they are unfolded; what is worked with has the rest. */
async function unfolds(page: Page): Promise<void> {
  const height = async (name: string) => (await page.locator(`#panel-${name}`).boundingBox())!.height;
  const [folded, below] = [await height("instructions"), await height("inspector")];
  await page.getByRole("button", { name: "All instructions" }).click();
  await expect.poll(() => height("instructions")).toBeGreaterThan(folded + 40);
  expect(await height("inspector")).toBeLessThan(below);
  await page.getByRole("button", { name: "Less" }).click();
  await expect.poll(() => height("instructions")).toBe(folded);
}

/** A dashed ring at the customer's largest distance around the sensor, on the ground; from the top all of it. */
export async function ring(page: Page, radiusM: number): Promise<void> {
  await page.getByText(`Ring: ${radiusM} m from the sensor`).waitFor();
  await page.keyboard.press("t");
  await page.waitForTimeout(800);
  const places: { x: number; y: number }[] = [];
  for (let degrees = 0; degrees < 360; degrees += 1) {
    const angle = (degrees * Math.PI) / 180;
    places.push(await onScreen(page, [radiusM * Math.cos(angle), radiusM * Math.sin(angle), 0]));
  }
  const { x, y, width, height } = (await page.evaluate(() => window.groundplane?.viewBox("main")))!;
  const clip = { x, y, width, height };
  const isInside = (at: { x: number; y: number }) => at.x > x && at.x < x + width && at.y > y && at.y < y + height;
  expect(places.every(isInside)).toBe(true);
  const picture = [...(await page.screenshot({ clip }))];
  const orange = await page.evaluate(
    async ([bytes, wide, high, at]) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const context = new OffscreenCanvas(wide, high).getContext("2d")!;
      context.drawImage(bitmap, 0, 0, wide, high);
      return at.filter((place) => {
        const { data } = context.getImageData(Math.round(place.x) - 4, Math.round(place.y) - 4, 9, 9);
        for (let pixel = 0; pixel < data.length; pixel += 4) {
          const [red, green, blue] = [data[pixel]!, data[pixel + 1]!, data[pixel + 2]!];
          if (red > 150 && red > green + 50 && green > blue) return true;
        }
        return false;
      }).length;
    },
    [picture, Math.round(width), Math.round(height), places.map((at) => ({ x: at.x - x, y: at.y - y }))] as const,
  );
  // It is dashed, and something may stand before it.
  expect(orange).toBeGreaterThan(120);
}

/** What moves is elsewhere when a picture is taken: its panel says how far. */
export async function whenSeen(page: Page): Promise<void> {
  const panel = page.getByRole("region", { name: "Where it is when" });
  await panel.getByText(/^front\w*: \d+ ms (before|after) the frame, up to \d+\.\d\d m off$/).first().waitFor();
}
