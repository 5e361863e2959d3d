/** Points cut out of a frame say the same as in it, and are drawn where they are. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cuboid } from "../geometry/cuboid";
import { toWorld } from "../geometry/cuboid";
import type { NearPoints } from "../geometry/fitting";
import * as quat from "../geometry/quat";
import type { Vec3 } from "../geometry/vec";
import { type DecodedChunk, pointOf } from "../workers/chunk";
import { chunkOf } from "../workers/chunk.fixture";
import { flatView, onFlat } from "./flat";
import { GroundMap } from "./groundmap";
import { groundHeights } from "./groundheights";
import { pointsIn } from "./inside";
import { covers, firstOf, firstWithin, nearCloud } from "./nearcloud";
import { bytesOfColour } from "./palette";
import { clearPlate, plateOf, plotPoints } from "./plot";
import { type Colouring, type PlotOrder, Plotter } from "./plotorder";
import { packed, shadesOf, type ShadeDisplay, type Shades } from "./shade";

const ORIGIN: Vec3 = [431_200, 5_412_900, 95];
const CAR: Cuboid = { centre: [431_240.3, 5_412_930.2, 96.3], size: [4.4, 1.8, 1.6], rotation: quat.fromYaw(0.7) };
const STEP_M = 0.002;

/** A road that rises, and a car's shell on it. */
const road: Vec3[] = [];
for (let x = 0; x < 80; x += 0.7) for (let y = 0; y < 60; y += 0.7) road.push([x, y, 0.2 + 0.005 * x]);
const shell: Vec3[] = [];
for (let along = -2.1; along <= 2.1; along += 0.3) {
  for (let across = -0.8; across <= 0.8; across += 0.4) {
    const [x, y, z] = toWorld(CAR, [along, across, 0.7]);
    shell.push([x - ORIGIN[0], y - ORIGIN[1], z - ORIGIN[2]]);
  }
}
const tags = new Uint8Array(4 * (road.length + shell.length)).map((_, at) => (at % 4 === 1 ? at & 255 : 0));
const chunk = chunkOf([...road, ...shell], ORIGIN, STEP_M, { tags, timeSpanS: 0.1 });
const near = nearCloud(chunk, CAR.centre, 8);
const heights = Array.from({ length: near.chunk.count }, (_, point) => pointOf(near.chunk, point)[2]);
/** A point of the shell, and one of the road. */
const [ON_CAR, ON_ROAD] = [heights.findIndex((z) => z > 96.5), heights.findIndex((z) => z < 96)] as const;
const USUAL: ShadeDisplay = { colours: "height", groundLight: 0.5, hideGround: false, hideLabelled: false };
const LABELLED = [{ ...CAR, id: "car", colour: "#ff8000" }];
const shadeOf = (over: Partial<ShadeDisplay>) => shadesOf(near, { ...USUAL, ...over }, ORIGIN, () => LABELLED);
const shades = (over: Partial<ShadeDisplay>) => {
  const of = shadeOf(over);
  return Uint32Array.from({ length: near.chunk.count }, (_, point) => of(point));
};

describe("a cut", () => {
  test("holds few points and counts, grounds and times them as the whole frame does", () => {
    expect(near.chunk.count).toBeLessThan(chunk.count / 4);
    expect(pointsIn(near.chunk, CAR).heights).toHaveLength(shell.length);
    const rows = (points: NearPoints) =>
      [...points.heights].map((height, at) => [...points.local.slice(3 * at, 3 * at + 3), height].join()).sort();
    expect(rows(pointsIn(near.chunk, CAR))).toEqual(rows(pointsIn(chunk, CAR)));
    const [x, y] = CAR.centre;
    expect(new GroundMap(near.chunk).heightAt(x, y)).toBe(new GroundMap(chunk).heightAt(x, y));
    const place = (of: DecodedChunk, point: number) => pointOf(of, point).join();
    const whole = Array.from({ length: chunk.count }, (_, point) => place(chunk, point));
    for (const point of [0, ON_CAR, near.chunk.count - 1]) {
      const there = whole.indexOf(place(near.chunk, point));
      expect(near.chunk.tags![4 * point + 1]).toBe(tags[4 * there + 1]);
    }
  });

  test("measures heights above the ground of the whole frame", () => {
    expect(near.above(ON_CAR)).toBeCloseTo(96.3 + 0.7 - 95 - (0.2 + 0.005 * 40), 0);
    expect(Math.abs(near.above(ON_ROAD))).toBeLessThan(0.1);
    const heightAt = groundHeights(chunk.ground);
    expect(heightAt(41, 31)).toBeCloseTo(0.2 + 0.005 * 41, 1);
    expect(heightAt(-100, -100)).toBe(heightAt(0, 0));
  });

  test("has among its first points all within a distance, wherever that is measured from", () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: 0, max: 6, noNaN: true }), (off, withinM) => {
        const place: Vec3 = [CAR.centre[0] + off, CAR.centre[1] - off / 2, CAR.centre[2]];
        const near_m = (of: DecodedChunk) =>
          Array.from({ length: of.count }, (_, point) => pointOf(of, point)).filter(
            ([x, y]) => Math.hypot(x - place[0], y - place[1]) <= withinM,
          ).length;
        const first = firstOf(near, firstWithin(near, place, withinM));
        expect(near_m(first)).toBe(near_m(near.chunk));
      }),
    );
    expect(firstWithin(near, CAR.centre, 1)).toBeLessThan(near.chunk.count / 4);
  });

  test("lasts as long as what is needed lies in it", () => {
    const [x, y, z] = CAR.centre;
    expect(covers(near, [x + 1, y, z], 6.9)).toBe(true);
    expect(covers(near, [x + 1, y, z], 7.1)).toBe(false);
  });
});

describe("colours", () => {
  test("by label those in a cuboid have its colour, and may be hidden", () => {
    const made = shades({ colours: "label" });
    expect(made[ON_CAR]).toBe(packed(...bytesOfColour("#ff8000")));
    expect(made[ON_ROAD]).not.toBe(made[ON_CAR]);
    const hidden = shades({ hideLabelled: true });
    expect(hidden[ON_CAR]! >>> 24).toBe(0);
    expect(hidden[ON_ROAD]! >>> 24).toBe(255);
  });

  test("the ground keeps a share of its light, or is hidden, and what stands on it is not", () => {
    const red = (shade: number) => shade & 255;
    const [dim, bright] = [shades({ groundLight: 0.5 }), shades({ groundLight: 1 })];
    expect(red(dim[ON_ROAD]!) / red(bright[ON_ROAD]!)).toBeCloseTo(0.5, 1);
    expect(dim[ON_CAR]).toBe(bright[ON_CAR]);
    const hidden = shades({ hideGround: true });
    expect([hidden[ON_ROAD]! >>> 24, hidden[ON_CAR]! >>> 24]).toEqual([0, 255]);
  });

  test("a column that the file has not is shown as height", () => {
    expect(shades({ colours: "intensity" })).toEqual(shades({ colours: "height" }));
    expect(shades({ colours: "time" })).not.toEqual(shades({ colours: "height" }));
  });
});

describe("a plate", () => {
  const size = { width: 160, height: 120 };
  const view = flatView(CAR, "top", { metresPerPixel: 0.06, shift: [0, 0] });
  const drawn = (of: Shades, box: Cuboid) => {
    const plate = plateOf(size.width, size.height, new Uint32Array(size.width * size.height));
    clearPlate(plate);
    plotPoints(plate, near, of, view, box, { ratio: 1, dotPx: 1 });
    return plate;
  };

  test("has each point where the view has it, brighter in the object, and over what is below", () => {
    const plate = drawn(shadeOf({}), CAR);
    const at = onFlat(view, toWorld(CAR, [0.3, 0.4, 0.7]), size);
    const pixels = [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].map((dx) => plate.pixels[(Math.floor(at.y) + dy) * size.width + Math.floor(at.x) + dx]!),
    );
    const lit = pixels.filter((pixel) => (pixel & 255) > 190);
    expect(lit).toHaveLength(1);
  });

  test("shows nothing beyond the slab around the object, and hidden points in it alone", () => {
    const deep = { ...CAR, centre: [CAR.centre[0], CAR.centre[1], CAR.centre[2] + 30] as Vec3 };
    const empty = plateOf(size.width, size.height, new Uint32Array(size.width * size.height));
    clearPlate(empty);
    const far = plateOf(size.width, size.height, new Uint32Array(size.width * size.height));
    clearPlate(far);
    plotPoints(far, near, shadeOf({}), flatView(deep, "top", { metresPerPixel: 0.06, shift: [0, 0] }), deep, { ratio: 1, dotPx: 1 });
    expect(far.pixels).toEqual(empty.pixels);
    const changed = drawn(() => 0, CAR).pixels.filter((pixel, index) => pixel !== empty.pixels[index]);
    expect(changed).toHaveLength(shell.length);
  });
});

describe("an order", () => {
  const size = { width: 160, height: 120 };
  const view = flatView(CAR, "top", { metresPerPixel: 0.06, shift: [0, 0] });
  const colouring: Colouring = { key: 1, display: USUAL, device: ORIGIN, labelled: [] };
  const order: PlotOrder = { colouring, view, box: CAR, ...size, ratio: 1, dotPx: 2, counts: true };

  test("becomes the picture that its points, colours and box make, whatever was plotted before", () => {
    const plotter = new Plotter();
    plotter.plot(near, { ...order, width: 80, height: 50 });
    plotter.plot(near, { ...order, view: flatView(CAR, "front", { metresPerPixel: 0.06, shift: [0, 0] }) });
    const expected = plateOf(size.width, size.height, new Uint32Array(size.width * size.height));
    clearPlate(expected);
    plotPoints(expected, near, shadeOf({}), view, CAR, { ratio: 1, dotPx: 2 });
    expect(plotter.plot(near, order).pixels).toEqual(expected.pixels);
  });

  test("counts what is inside of the box, if that is wanted", () => {
    const plotter = new Plotter();
    expect(plotter.plot(near, order).inside).toBe(shell.length);
    expect(plotter.plot(near, { ...order, counts: false }).inside).toBeNull();
  });

  test("has other colours by another key only", () => {
    const plotter = new Plotter();
    const plain = plotter.plot(near, order).pixels;
    const bright = { ...colouring, display: { ...USUAL, groundLight: 1 } };
    expect(plotter.plot(near, { ...order, colouring: bright }).pixels).toEqual(plain);
    expect(plotter.plot(near, { ...order, colouring: { ...bright, key: 2 } }).pixels).not.toEqual(plain);
  });
});
