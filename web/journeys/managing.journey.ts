/** A manager makes a project and a batch, finds what is wrong at its field, and looks after people. */

import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { signedIn, startBrowser } from "./browser";

interface Plan {
  readonly manager: string;
  readonly pictures: string;
}

const ODD = "Straße 100% / Nacht?#";
const plan = JSON.parse(readFileSync(process.env["JOURNEY_PLAN"] ?? "", "utf8")) as Plan;
const failures: string[] = [];
let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test("projects, batches and people", async () => {
  const page = await signedIn(browser, plan.manager, failures);
  onTestFailed(() => picture(page, "failed"));
  await page.setViewportSize({ width: 1280, height: 720 });

  await link(page, "Projects").click();
  await page.getByRole("link", { name: "Parking / night" }).waitFor();
  await both(page, "projects");
  await makeProject(page);
  await giveVersion(page);
  await makeBatch(page);
  await archive(page);
  const labelersLink = await lookAfterPeople(page);
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.emulateMedia({ colorScheme: "light" });
  await picture(page, "people-light");

  const labeler = await signedIn(browser, labelersLink, failures);
  expect(await link(labeler, "Projects").count()).toBe(0);
  for (const path of ["/people", "/projects", `/projects/${encodeURIComponent(ODD)}`]) {
    await labeler.goto(new URL(path, plan.manager).href);
    await labeler.getByRole("heading", { name: "Not found" }).waitFor();
  }
  const answers = await labeler.evaluate(() =>
    Promise.all(
      ["/app/people", "/app/project-overview"].map(async (path) => (await fetch(path)).status),
    ),
  );
  expect(answers).toEqual([403, 403]);
  expect(failures).toEqual([]);
});

/** What was typed stays when the browser or the server says no. */
async function makeProject(page: Page): Promise<void> {
  await page.getByRole("searchbox", { name: "Search projects" }).fill("nothing like it");
  await page.getByText("No project is called so").waitFor();
  await page.getByRole("searchbox", { name: "Search projects" }).fill("");
  await button(page, "New project").click();
  const params = page.getByLabel("Parameters (JSON)");
  await page.getByLabel("Name").fill("Highway 2026");
  await params.fill('{ "labels": ["Car", }');
  await button(page, "Create project").click();
  await page.getByText("This is not JSON.").waitFor();
  await params.fill('{ "labels": ["Car", "Van"] }');
  await button(page, "Create project").click();
  await page.getByText("A project with the name Highway 2026 already exists.").waitFor();
  await both(page, "new-project");
  expect(await params.inputValue()).toBe('{ "labels": ["Car", "Van"] }');
  await page.getByLabel("Name").fill(ODD);
  await page.getByLabel("Batches are finalized").check();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: ODD }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: ODD }).waitFor();
}

async function giveVersion(page: Page): Promise<void> {
  await card(page, "Parameters").getByRole("button", { name: "New version" }).click();
  const params = page.getByLabel("Parameters (JSON)");
  await params.fill('{ "labels": ["Car", "Truck"], "instruction": "Every car.", "priority": 20 }');
  await page.getByRole("region", { name: "What changes" }).getByText("Truck").waitFor();
  await both(page, "new-version");
  await button(page, "Save version 1").click();
  await page.getByText("version 1", { exact: true }).waitFor();
  // The dialog is gone, and the keyboard is where it was.
  await page.waitForFunction(() => document.activeElement?.textContent === "New version");
  await page.getByText("Version 1", { exact: true }).click();
  await page.getByText("Changed since version 0:").waitFor();
  await page.locator("del", { hasText: "Van" }).waitFor();
}

async function makeBatch(page: Page): Promise<void> {
  await button(page, "New batch").click();
  await page.getByLabel("Name").fill("50% / a");
  await page.getByLabel("Callback (optional)").fill("nowhere");
  await button(page, "Create batch").click();
  await page.getByText("It must include http:// or https://").waitFor();
  await page.getByLabel("Callback (optional)").fill("https://hooks.example/done");
  await button(page, "Create batch").click();
  await page.getByRole("link", { name: "50% / a" }).waitFor();
  await both(page, "project");
  await page.getByRole("link", { name: "50% / a" }).click();
  await page.getByText("Place 7 of 7 pending batches").waitFor();
  await button(page, "First").click();
  await page.getByText("Place 1 of 7 pending batches").waitFor();
  await button(page, "Finalize…").click();
  await both(page, "finalizing");
  await button(page, "Finalize").click();
  await page.locator(".pill", { hasText: "In progress" }).waitFor();
  await both(page, "batch");

  await page.getByRole("link", { name: "Projects", exact: true }).first().click();
  await page.getByRole("link", { name: "Highway 2026" }).click();
  await page.getByRole("link", { name: "drive 1" }).click();
  await page.getByRole("link", { name: "Pending 2" }).click();
  await page.getByText("2 tasks").waitFor();
  await both(page, "tasks-of-a-batch");
  await page.locator(".task-table").getByRole("link", { name: "Highway 2026" }).first().click();
}

async function archive(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "Highway 2026" }).waitFor();
  await both(page, "project-with-tasks");
  await link(page, "Projects").click();
  await page.getByRole("link", { name: "Old trial" }).click();
  await button(page, "Archive…").click();
  await button(page, "Archive").click();
  await page.locator(".pill", { hasText: "Archived" }).waitFor();
  await link(page, "Projects").click();
  await page.getByRole("button", { name: "Active 3" }).waitFor();
  await page.getByRole("button", { name: "Archived 1" }).click();
  await page.getByRole("link", { name: "Old trial" }).waitFor();
}

/** @returns a link for a new labeler. */
async function lookAfterPeople(page: Page): Promise<string> {
  await link(page, "People").click();
  await button(page, "Manage ana@example.com").click();
  await page.getByRole("radio", { name: /^Labeler/ }).click();
  await page.getByText("is the only manager who has ever signed in").waitFor();
  expect(await page.getByRole("radio", { name: /^Manager/ }).isChecked()).toBe(true);
  await both(page, "last-manager");
  await button(page, "Done").click();

  await button(page, "Manage lea@example.com").click();
  await page.getByRole("checkbox", { name: "Highway 2026" }).check();
  await button(page, "Done").click();
  await button(page, "New group").click();
  await page.getByLabel("Name").fill("Night shift");
  await page.getByRole("checkbox", { name: "lea@example.com" }).check();
  await button(page, "Create group").click();
  await button(page, "Edit group Night shift").click();
  await page.getByLabel("Name").fill("Early shift");
  await button(page, "Save group").click();
  await page.getByText("Highway 2026 (Early shift)").waitFor();

  await button(page, "Manage rob@example.com").click();
  await button(page, "Remove…").click();
  await both(page, "removing");
  await button(page, "Remove").click();
  await page.getByRole("cell", { name: "rob@example.com", exact: true }).waitFor({ state: "detached" });

  await button(page, "Invite somebody").click();
  await page.getByLabel("E-mail address").fill("lea@example.com");
  await page.keyboard.press("Enter");
  await page.getByText("lea@example.com is invited already.").waitFor();
  await page.getByLabel("E-mail address").fill("new@example.com");
  await both(page, "inviting");
  await page.keyboard.press("Enter");
  const text = await page.getByLabel("Sign-in link").textContent();
  await both(page, "invited");
  await button(page, "Done").click();
  await both(page, "people");
  return text ?? "";
}

function link(page: Page, name: string) {
  return page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true });
}

function button(page: Page, name: string) {
  return page.getByRole("button", { name, exact: true });
}

function card(page: Page, title: string) {
  return page.locator("section.card", { has: page.getByRole("heading", { name: title }) });
}

/** Nothing is cut off in a small window, and a large one is not empty. */
async function both(page: Page, name: string): Promise<void> {
  const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
  expect(await page.evaluate(wide), `${name} scrolls sideways`).toBe(false);
  if (process.env["JOURNEY_PICTURES"] === undefined) return;
  for (const [width, height] of [[1920, 1080], [1280, 720]] as const) {
    await page.setViewportSize({ width, height });
    await picture(page, `${name}-${width}`);
  }
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${plan.pictures}/${name}.png`, animations: "disabled" });
}
