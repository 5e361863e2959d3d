import { expect, test } from "vitest";
import { ACTION_GROUPS, ACTIONS, action } from "./index";

test("no command has two entries, and each is found by its id", () => {
  const ids = ACTIONS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(action(id).id).toBe(id);
});

test("every command is in a group that is listed, under a title of its own", () => {
  for (const { group } of ACTIONS) expect(ACTION_GROUPS).toContain(group);
  const titles = ACTIONS.map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});
