import { expect, test } from "vitest";
import type { Cuboid } from "../../geometry/cuboid";
import * as quat from "../../geometry/quat";
import { type Document, fromParts, toParts } from "../../model/document";
import { keyPart } from "../../model/parts";
import { CAR, geometry, withCar } from "./testing";
import { overlap } from "../../geometry/overlap";
import { frameChecks, type Measures, placedOnce, trackChecks } from "./workChecks";

const box = (x: number, y: number, yawRad = 0): Cuboid => ({
  centre: [x, y, 1],
  size: [4, 2, 2],
  rotation: quat.fromYaw(yawRad),
});

test("cuboids that touch do not overlap, those that are in one another do", () => {
  expect(overlap(box(0, 0), box(4, 0))).toBe(false);
  expect(overlap(box(0, 0), box(3.95, 0))).toBe(false);
  expect(overlap(box(0, 0), box(3.7, 0))).toBe(true);
  expect(overlap(box(0, 0), { ...box(0, 0), centre: [0, 0, 3] })).toBe(false);
  // Their spheres and their upright boxes meet, they do not.
  expect(overlap(box(0, 0, Math.PI / 4), box(2.2, -2.2, Math.PI / 4))).toBe(false);
  expect(overlap(box(0, 0, Math.PI / 4), box(1, 1, Math.PI / 4))).toBe(true);
});

/** Points of the cuboid's own frame, and level ground. */
const points = (local: readonly number[], ground: number | null = 0): Measures => ({
  pointsIn: (cuboid, reachM = 0) => {
    const near: number[] = [];
    for (let at = 0; at < local.length; at += 3) {
      const point = local.slice(at, at + 3);
      if (point.every((value, axis) => Math.abs(value) <= cuboid.size[axis]! / 2 + reachM)) near.push(...point);
    }
    return { local: Float64Array.from(near), heights: new Float64Array(near.length / 3) };
  },
  terrain: { heightAt: () => ground },
});

const said = (measures: Measures, cuboid = box(0, 0)) =>
  frameChecks([{ id: CAR, label: "Car", stationary: false, cuboid, isKey: true }], measures, 3).map(
    ({ sentence }) => sentence,
  );
const many = (point: readonly number[]) => Array.from({ length: 10 }, () => point).flat();

test("a cuboid without points, off the ground, or with points at its sides is named", () => {
  const full = many([0, 0, 0]);
  expect(said(points(full))).toEqual([]);
  expect(said(points([]))).toEqual(["This Car has no points inside."]);
  expect(said(points(full, -0.5))).toEqual(["This Car floats 0.5 m above the ground."]);
  expect(said(points(full, 0.4))).toEqual(["This Car is 0.4 m deep in the ground."]);
  expect(said(points(full, null))).toEqual([]);
  expect(said(points([...full, ...many([2.1, 0, 0])]))).toEqual([
    "A side of this Car cuts through points: 10 just outside.",
  ]);
  // At its foot is the ground.
  expect(said(points([...full, ...many([2.1, 0, -0.9])]))).toEqual([]);
});

const SECONDS_NS = [0, 1e9, 2e9, 3e9];

function track(change: Readonly<Record<number, object>>): Document {
  const parts = toParts(withCar({ keys: { 0: 0, 1e9: 10, 2e9: 20, 3e9: 30 } }));
  return fromParts(
    parts.map((part) => {
      const time_ns = SECONDS_NS.find((t) => part.part === keyPart(t)) ?? -1;
      return change[time_ns] === undefined ? part : { ...part, value: { ...(part.value as object), ...change[time_ns] } };
    }),
  );
}

test("a steady track has nothing to say; a change of size, speed or heading is found where it is", () => {
  const about = (document: Document) => trackChecks(document, SECONDS_NS).map(({ frame, sentence }) => [frame, sentence]);
  expect(about(track({}))).toEqual([]);
  expect(about(track({ 2e9: { size_m: [4.5, 1.9, 1.95] } }))).toEqual([
    [2, "The size changes by 0.35 m over the track of this Car."],
  ]);
  expect(about(track({ 1e9: { centre_m: geometry(45).centre_m } }))[0]).toEqual([
    1,
    "The speed jumps by 70 m/s on the way of this Car.",
  ]);
  expect(about(track({ 3e9: { rotation_wxyz: quat.fromYaw(Math.PI) } }))).toEqual([
    [3, "The heading jumps by 180° on the way of this Car."],
  ]);
});

test("a track that goes with its rear ahead is found, and one that gives way a little is not", () => {
  const turned = { rotation_wxyz: quat.fromYaw(Math.PI) };
  const found = trackChecks(track({ 0: turned, 1e9: turned, 2e9: turned, 3e9: turned }), SECONDS_NS);
  expect(found.map(({ check, frame, sentence }) => [check, frame, sentence])).toEqual([
    ["backwards", 0, "30.0 m of the way go against the heading of this Car."],
  ]);
  expect(trackChecks(withCar({ keys: { 0: 5, 1e9: 4, 2e9: 4.2 } }), SECONDS_NS)).toEqual([]);
  expect(trackChecks(withCar({ keys: { 0: 5, 1e9: 4.2, 2e9: 3.2 } }), SECONDS_NS)).toMatchObject([
    { check: "backwards", frame: 0 },
  ]);
});

test("what was placed once and runs through other frames is one line, and what stands is none", () => {
  const said = (document: Document, frames_ns: readonly number[] = SECONDS_NS) => placedOnce(document, frames_ns);
  expect(said(withCar({ keys: { 0: 1 } }))).toMatchObject([{ id: CAR, serious: false }]);
  expect(said(withCar({ keys: { 0: 1 } }))[0]!.sentence).toContain("1 object has one keyframe");
  expect(said(withCar({ keys: { 0: 1 } }), [0])).toEqual([]);
  expect(said(withCar({ keys: { 0: 1, 1e9: 2 } }))).toEqual([]);
  expect(said(withCar({ stationary: true, keys: { 0: 1 } }))).toEqual([]);
  expect(said(withCar({ keys: { 0: 1 }, visible: { 1e9: false } }))).toEqual([]);
});

test("after an edit only what it has changed is asked of the points again", () => {
  const asked: number[] = [];
  const measures = points(many([0, 0, 0]));
  const counting: Measures = {
    ...measures,
    pointsIn: (cuboid, reachM) => {
      asked.push(cuboid.centre[0]);
      return measures.pointsIn(cuboid, reachM);
    },
  };
  const shown = [0, 20, 40].map((x) => ({ id: `${x}`, label: "Car", stationary: false, cuboid: box(x, 0), isKey: true }));
  expect(frameChecks(shown, counting, 0)).toEqual([]);
  // Equal values are no change, wherever they come from.
  const [first, second, third] = shown.map((one) => ({ ...one, cuboid: structuredClone(one.cuboid) }));
  const sunk = { ...second!, cuboid: { ...second!.cuboid, centre: [21, 0, 0] as const } };
  const sentences = (list: typeof shown) => frameChecks(list, counting, 0).map(({ sentence }) => sentence);
  expect(sentences([first!, sunk, third!])).toEqual(["This Car is 1.0 m deep in the ground."]);
  expect(sentences([first!, { ...sunk, label: "Van" }, third!])).toEqual(["This Van is 1.0 m deep in the ground."]);
  expect(asked).toEqual([0, 20, 40, 21, 21]);
});
