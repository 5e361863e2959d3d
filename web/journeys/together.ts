/** What is done with two objects: the same answers, and a part of one track for the other. */

import type { Page } from "playwright-core";
import { expect } from "vitest";
import { selected } from "./browser";

/** One answer goes to both selected objects, and one undo takes it from both. */
export async function answers(page: Page): Promise<void> {
  const partly = page.getByRole("radio", { name: "partly" });
  await page.keyboard.press("Control+a");
  await page.getByRole("heading", { name: "2 objects" }).waitFor();
  await partly.check();
  await page.keyboard.press("Escape");
  for (let object = 0; object < 2; object += 1) {
    await page.keyboard.press("Tab");
    expect(await partly.isChecked()).toBe(true);
  }
  await page.keyboard.press("Control+z");
  expect(await partly.isChecked()).toBe(false);
}

/** Both are turned around by one key and said to stand still by another, each one undo. */
export async function turnsAll(page: Page): Promise<void> {
  const shown = () => page.evaluate(() => window.groundplane?.cuboids() ?? []);
  const before = await shown();
  await page.keyboard.press("Control+a");
  await page.getByRole("heading", { name: "2 objects" }).waitFor();
  await page.keyboard.press("u");
  for (const [at, { rotation }] of (await shown()).entries()) {
    const dot = rotation.reduce((sum, part, k) => sum + part * before[at]!.rotation[k]!, 0);
    expect(Math.abs(dot)).toBeLessThan(1e-9);
  }
  await page.keyboard.press("Control+z");
  expect(await shown()).toEqual(before);
  const still = page.getByRole("checkbox", { name: "Stationary" });
  const was = await still.isChecked();
  await page.keyboard.press("Alt+s");
  expect(await still.isChecked()).toBe(!was);
  await page.keyboard.press("Control+z");
  expect(await still.isChecked()).toBe(was);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
}

/** From a later frame on a track is another object's; the part between stays with the one that gave. */
export async function gives(page: Page): Promise<void> {
  const ids = async () => (await page.evaluate(() => window.groundplane?.cuboids() ?? [])).map(({ uuid }) => uuid);
  const before = await ids();
  const first = (await selected(page))!;
  await page.keyboard.press("d");
  await page.keyboard.press("Shift+x");
  const second = (await selected(page))!;
  await page.keyboard.press("d");
  const row = page.getByRole("region", { name: "Objects", exact: true }).locator("button.absent");
  await row.click({ modifiers: ["Control"] });
  await page.keyboard.press("Shift+m");
  expect(await ids()).toContain(first);
  expect(await ids()).not.toContain(second);
  await page.keyboard.press("a");
  expect(await ids()).toContain(second);
  expect(await ids()).not.toContain(first);
  for (let times = 0; times < 2; times += 1) await page.keyboard.press("Control+z");
  await page.keyboard.press("a");
  expect(await ids()).toEqual(before);
}
