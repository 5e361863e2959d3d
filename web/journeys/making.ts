/** New objects by a line around their points, and how one goes from one to the next. */

import type { Page } from "playwright-core";
import { expect } from "vitest";
import { canvasBox, count, isAtFrame, onScreen } from "./browser";

/** A line around a car's points makes a cuboid of it; the next one has its size, and gets it back. */
export async function lassoes(page: Page, pictures: string): Promise<void> {
  const shown = () => page.evaluate(() => window.groundplane?.cuboids() ?? []);
  const around = [];
  for (let part = 0; part <= 12; part += 1) {
    const angle = (part * Math.PI) / 6;
    around.push(await onScreen(page, [411.7 + 3 * Math.cos(angle), -269.9 + 3 * Math.sin(angle), 31.8]));
  }
  await page.keyboard.press("Shift+l");
  await page.getByText("draw a line around its points").waitFor();
  await page.mouse.move(around[0]!.x, around[0]!.y);
  await page.mouse.down();
  for (const { x, y } of around) await page.mouse.move(x, y, { steps: 3 });
  await page.screenshot({ path: `${pictures}/lasso.png` });
  await page.mouse.up();
  const [car] = await shown();
  expect(Math.hypot(car!.centre[0] - 411.7, car!.centre[1] + 269.9)).toBeLessThan(2.2);
  expect(car!.size[0]).toBeCloseTo(4.5, 0);
  await page.getByText(/ usual for .*: its .* not seen\./).waitFor();
  await page.screenshot({ path: `${pictures}/lassoed.png` });
  const { x, y, width, height } = await canvasBox(page);
  await page.keyboard.press("c");
  await page.mouse.click(x + 0.6 * width, y + 0.7 * height);
  const near = (size: readonly number[] | undefined) =>
    car!.size.forEach((side, axis) => expect(size?.[axis]).toBeCloseTo(side, 9));
  near((await shown())[1]?.size);
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByLabel("Height (m)").fill("4.8");
  await page.keyboard.press("Enter");
  const unusual = page.getByText(/Height 4\.8 m is unusual for /);
  await unusual.waitFor();
  await page.getByText("Usual size of").waitFor();
  await page.getByRole("button", { name: "Usual size of its label" }).first().click();
  near((await shown())[1]?.size);
  await unusual.waitFor({ state: "hidden" });
  for (let times = 0; times < 5; times += 1) await page.keyboard.press("Control+z");
  expect(await count(page)).toBe(0);
}

/** The tool stays in the hand, each object leads to the next frame, and what is known is not explained. */
export async function flows(page: Page, pictures: string): Promise<void> {
  const { x, y, width, height } = await canvasBox(page);
  await page.getByRole("button", { name: "Flow" }).click();
  await page.getByLabel("Keep the tool in hand").check();
  await page.getByRole("radio", { name: "next frame" }).check();
  await page.screenshot({ path: `${pictures}/flow.png` });
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await page.getByText("drag rear to front").waitFor();
  for (let frame = 0; frame < 4; frame += 1) {
    await page.mouse.click(x + 0.5 * width, y + 0.65 * height);
    await isAtFrame(page, frame + 1);
  }
  await page.getByText("drag rear to front").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+n");
  await isAtFrame(page, 5);
  await page.getByRole("button", { name: "Flow" }).click();
  await page.getByLabel("Keep the tool in hand").uncheck();
  await page.getByRole("radio", { name: "stay" }).check();
  await page.keyboard.press("Escape");
  for (let times = 0; times < 4; times += 1) await page.keyboard.press("Control+z");
  await page.keyboard.press("Home");
  expect(await count(page)).toBe(0);
}
