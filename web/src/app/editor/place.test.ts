import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NOWHERE, type Place, placeKey, rememberedPlace, rememberPlace } from "./place";
import { createView } from "./viewState";

const KEY = placeKey("anna", "doc-1");
const FIRST = { frames: 10, label: "Car", instructions: true };
const PLACE: Place = {
  frameIndex: 7,
  selected: "3f0c5e9a-1111-4111-8111-000000000001",
  label: "Truck",
  camera: 2,
  instructions: false,
  viewpoint: { target: [11, 7, 1.5], distance: 23, azimuth: 0.7, elevation: 0.4 },
};

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage;
}

beforeEach(() => {
  vi.stubGlobal("localStorage", storage());
  vi.stubGlobal("sessionStorage", storage());
});
afterEach(() => vi.unstubAllGlobals());

test("a reload goes on at the same frame, selection, camera and viewpoint", () => {
  const view = createView(KEY, FIRST);
  expect(view.getState()).toMatchObject({ frameIndex: 0, label: "Car", instructions: true });
  view.setState({ ...PLACE, label: "Truck", instructions: false });
  expect(createView(KEY, FIRST).getState()).toMatchObject(PLACE);
});

test("a tab has its own place, and a new one begins at the last", () => {
  rememberPlace(KEY, { ...PLACE, frameIndex: 3 });
  const first = sessionStorage;
  vi.stubGlobal("sessionStorage", storage());
  expect(rememberedPlace(KEY).frameIndex).toBe(3);
  rememberPlace(KEY, { ...PLACE, frameIndex: 5 });
  vi.stubGlobal("sessionStorage", first);
  expect(rememberedPlace(KEY).frameIndex).toBe(3);
});

test("another person and another task have places of their own", () => {
  rememberPlace(KEY, PLACE);
  expect(rememberedPlace(placeKey("ben", "doc-1"))).toEqual(NOWHERE);
  expect(rememberedPlace(placeKey("anna", "doc-2"))).toEqual(NOWHERE);
});

test("a frame that is not there any more is the last one that is", () => {
  rememberPlace(KEY, PLACE);
  expect(createView(KEY, { ...FIRST, frames: 4 }).getState().frameIndex).toBe(3);
});

test.each([
  ["no JSON", "{"],
  ["a list", "[1]"],
  ["wrong types", '{"frameIndex":-1.5,"selected":3,"camera":"x","viewpoint":{"target":[1,2]}}'],
  ["nonsense numbers", '{"frameIndex":1e99,"viewpoint":{"target":[1,2,null],"distance":3}}'],
])("what something else wrote is passed over: %s", (_, text) => {
  localStorage.setItem(KEY, text);
  expect(rememberedPlace(KEY)).toEqual(NOWHERE);
});

test("a forbidden storage forgets, and that is all", () => {
  vi.stubGlobal("localStorage", undefined);
  vi.stubGlobal("sessionStorage", undefined);
  rememberPlace(KEY, PLACE);
  expect(rememberedPlace(KEY)).toEqual(NOWHERE);
});
