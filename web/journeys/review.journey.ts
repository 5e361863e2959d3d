/** A task from the queue to its delivery: labeled, returned with a reason, mended, accepted. */

import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { allSaved, canvasBox, count, pointsShown, signedIn, startBrowser } from "./browser";

interface Plan {
  readonly manager: string;
  readonly labeler: string;
  readonly reviewer: string;
  readonly pictures: string;
}

const WHY = "The cyclist on the left is missing.";
const AGAIN = "The car is a truck.";
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

  await fixAndSendBack(reviewer);
  await labeler.getByRole("link", { name: "My queue" }).click();
  await labeler.getByText(`Returned: ${AGAIN}`).waitFor();
  await labeler.getByRole("link", { name: "Continue" }).click();
  await pointsShown(labeler);
  await labeler.getByText("Sent back by").waitFor();
  expect(await count(labeler)).toBe(1);
  await picture(labeler, "sent-back");
  expect(failures).toEqual([]);
});

/** On the page of the delivered task: an opinion, a fix given up, a fix delivered, a recall. */
async function fixAndSendBack(page: Page): Promise<void> {
  const card = page.locator("section.card", { hasText: "After delivery" });
  await card.getByLabel("Comment").fill("One car is not labeled.");
  await card.getByRole("button", { name: "Reject" }).click();
  await card.locator(".pill", { hasText: "rejected" }).waitFor();
  await picture(page, "after-delivery");

  await card.getByRole("button", { name: "Fix" }).click();
  await pointsShown(page);
  await page.getByText("Fixing delivered work.").waitFor();
  await drawCar(page);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Discard…" }).click();
  await picture(page, "discarding");
  await page.getByRole("button", { name: "Discard the fix" }).click();
  await page.getByRole("heading", { name: "Discarded" }).waitFor();
  await page.getByRole("link", { name: "Task page" }).click();

  await card.getByRole("button", { name: "Fix" }).click();
  await pointsShown(page);
  expect(await count(page)).toBe(0);
  await drawCar(page);
  await page.goto(page.url().replace("/work", ""));
  await card.getByText("You are fixing this task").waitFor();
  await bothLooks(page, "fixing");
  await card.getByRole("button", { name: "Continue fix" }).click();
  await pointsShown(page);
  expect(await count(page)).toBe(1);
  await page.keyboard.press("Control+Enter");
  await page.getByLabel("Comment for the customer").fill("The car is there now.");
  await bothLooks(page, "delivering-a-fix");
  await page.getByRole("button", { name: "Deliver fix" }).click();
  await page.getByRole("heading", { name: "Fixed" }).waitFor();
  await page.getByRole("link", { name: "Task page" }).click();
  await card.locator(".pill", { hasText: "fixed" }).waitFor({ timeout: 60_000 });
  await bothLooks(page, "fixed");

  await card.getByLabel("Comment").fill(AGAIN);
  await card.getByRole("button", { name: "Send back to labeling" }).click();
  await page.getByText("sent back to labeling").waitFor();
}

async function drawCar(page: Page): Promise<void> {
  await page.keyboard.press("c");
  const box = await canvasBox(page);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await allSaved(page);
}

async function bothLooks(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await picture(page, `${name}-${colorScheme}`);
  }
}

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
  // Without the transition from one look to the other.
  await page.screenshot({ path: `${plan.pictures}/${name}.png`, animations: "disabled" });
}
