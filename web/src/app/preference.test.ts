import { expect, test } from "vitest";
import { met } from "./preference";

const here = (value: unknown, isSent: boolean) => ({ value, isSent });

test("what the server has is taken where nothing was changed since", () => {
  expect(met(null, { a: 1 })).toEqual(here({ a: 1 }, true));
  expect(met(here({ a: 3 }, true), { a: 1 })).toEqual(here({ a: 1 }, true));
});

test("what was changed here and could not be sent is the newest, and is sent", () => {
  expect(met(here({ a: 3 }, false), { a: 1 })).toEqual(here({ a: 3 }, false));
  expect(met(here({ a: 3 }, false), null)).toEqual(here({ a: 3 }, false));
});

test("a server that knows nothing gets the copy; with no copy there is nothing to do", () => {
  expect(met(here({ a: 3 }, true), null)).toEqual(here({ a: 3 }, false));
  expect(met(null, null)).toBeNull();
});
