/** A task from the queue to its delivery: labeled, returned with a reason, mended, accepted. */

import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { allSaved, pointsShown, signedIn, startBrowser } from "./browser";

interface Plan {
  readonly manager: string;
  readonly labeler: string;
  readonly reviewer: string;
  readonly pictures: string;
}

const WHY = "The cyclist on the left is missing.";
const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const failures: string[] = [];
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test("work is given, returned with a reason, and accepted", async () => {
  const manager = await signedIn(browser, plan.manager, failures);
  onTestFailed(() => picture(manager, "failed"));
  await manager.getByRole("link", { name: "Review", exact: true }).click();
  await manager.getByRole("checkbox", { name: "Demo", exact: true }).check();
  await picture(manager, "review-rules");

  const labeler = await signedIn(browser, plan.labeler, failures);
  onTestFailed(() => picture(labeler, "failed-labeler"));
  await next(labeler, "My queue", "Next task");
  await finish(labeler, "Submit task");
  await picture(labeler, "submitted");

  const reviewer = await signedIn(browser, plan.reviewer, failures);
  onTestFailed(() => picture(reviewer, "failed-reviewer"));
  await next(reviewer, "Review", "Review next");
  await picture(reviewer, "reviewing");
  await reviewer.keyboard.press("Control+Enter");
  expect(await reviewer.getByRole("button", { name: "Return" }).isDisabled()).toBe(true);
  await reviewer.getByLabel("Comment for the labeler").fill(WHY);
  await picture(reviewer, "verdict");
  await reviewer.getByRole("button", { name: "Return" }).click();
  await reviewer.getByRole("heading", { name: "Reviewed" }).waitFor();

  await labeler.getByRole("link", { name: "My queue" }).click();
  await labeler.getByText(`Returned: ${WHY}`).waitFor();
  await picture(labeler, "queue");
  await labeler.getByRole("link", { name: "Continue" }).click();
  await pointsShown(labeler);
  await labeler.getByText(WHY).waitFor();
  await picture(labeler, "returned");
  await finish(labeler, "Submit task");

  await reviewer.getByRole("button", { name: "Review next" }).click();
  await pointsShown(reviewer);
  await finish(reviewer, "Accept");
  await reviewer.getByRole("link", { name: "Task page" }).click();
  await reviewer.getByText("Completed").first().waitFor({ timeout: 60_000 });
  expect(failures).toEqual([]);
});

/** From the page of that name into the task that its button gives. */
async function next(page: Page, link: string, button: string): Promise<void> {
  await page.getByRole("link", { name: link, exact: true }).click();
  await picture(page, `page-${link.replaceAll(" ", "-").toLowerCase()}`);
  await page.getByRole("button", { name: button }).click();
  await pointsShown(page);
  const tour = page.getByRole("button", { name: "Skip the tour" });
  if (await tour.isVisible()) await tour.click();
}

async function finish(page: Page, button: string): Promise<void> {
  await allSaved(page);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("heading", { name: /^(Submitted|Reviewed)$/ }).waitFor();
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${plan.pictures}/${name}.png` });
}
