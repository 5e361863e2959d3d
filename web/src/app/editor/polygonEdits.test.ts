import { expect, test } from "vitest";
import { type Document, EMPTY, idsOf } from "../../model/document";
import { keysOf } from "../../model/interpolate";
import { verticesAt } from "../../model/polygons";
import type { Vec3 } from "../../geometry/vec";
import { setVisibleRange, deleteObject, setLabel, type Write } from "./edits";
import {
  addPolygonKey,
  createPolygon,
  insertVertex,
  movePolygon,
  moveVertex,
  removePolygonKey,
  removeVertex,
  setPolygonStationary,
} from "./polygonEdits";
import { shownPolygons } from "./shown";
import { FRAMES_NS, storeOf } from "./testing";

const AREA = "3f0c5e9a-2222-4111-8111-000000000001";
const id = (corner: number) => `3f0c5e9a-2222-4111-8111-00000000001${corner}`;
const CORNERS: readonly Vec3[] = [
  [0, 0, 1],
  [4, 0, 1],
  [4, 4, 2],
  [0, 4, 2],
];

function drawn(time_ns = 100) {
  const store = storeOf(EMPTY);
  const vertices = CORNERS.map((at, index) => ({ id: id(index), at }));
  store.commit(createPolygon(AREA, "Crossing", vertices, time_ns));
  const document = () => store.view().document;
  const edit = (writes: (document: Document) => readonly Write[] | string) => {
    const made = writes(document());
    if (typeof made === "string") throw new Error(made);
    store.commit(made);
  };
  const places = (at_ns: number) => verticesAt(document(), AREA, at_ns).map(({ at }) => at);
  return { store, document, edit, places };
}

test("a polygon is drawn by one edit, and one undo takes it and its vertices back", () => {
  const { store, document, places } = drawn();
  expect(places(100)).toEqual(CORNERS);
  expect(shownPolygons(document(), 0)).toEqual([]);
  expect(shownPolygons(document(), 200)).toMatchObject([{ id: AREA, label: "Crossing", isKey: false }]);
  store.undo();
  expect(idsOf(document())).toEqual([]);
});

test("a vertex that is moved in another frame goes there on a line, the others stand", () => {
  const { edit, places } = drawn();
  edit((document) => moveVertex(document, AREA, 1, [8, 0, 3], 300));
  expect(places(200)).toEqual([CORNERS[0], [6, 0, 2], CORNERS[2], CORNERS[3]]);
  expect(places(300)[1]).toEqual([8, 0, 3]);
  expect(places(100)).toEqual(CORNERS);
});

test("a change of shape states the whole of it: what is moved earlier leaves it as it is", () => {
  const { edit, places } = drawn();
  edit((document) => addPolygonKey(document, AREA, 300));
  edit((document) => movePolygon(document, AREA, [10, 0, 0], 100));
  expect(places(300)).toEqual(CORNERS);
  expect(places(200)[0]).toEqual([5, 0, 1]);
});

test("a vertex inserted on a side is there from that frame on", () => {
  const { edit, places } = drawn();
  edit((document) => insertVertex(document, AREA, 1, { id: id(7), at: [2, -1, 1] }, 300));
  expect(places(200)).toEqual(CORNERS);
  expect(places(300)).toEqual([CORNERS[0], [2, -1, 1], ...CORNERS.slice(1)]);
});

test("a vertex that no frame lists any more is gone, and three always stay", () => {
  const { document, edit, places } = drawn();
  edit((now) => removeVertex(now, AREA, 1, 300));
  expect(places(100)).toEqual(CORNERS);
  expect(idsOf(document())).toContain(id(1));
  edit((now) => removeVertex(now, AREA, 1, 100));
  expect(idsOf(document())).toEqual([AREA, id(0), id(2), id(3)]);
  expect(removeVertex(document(), AREA, 0, 100)).toBe("A polygon needs three vertices.");
});

test("what never moves has one key wherever it is changed, and moves again from the first frame on", () => {
  let made = 20;
  const newId = () => `3f0c5e9a-2222-4111-8111-0000000000${(made += 1)}`;
  const { document, edit, places } = drawn();
  edit((now) => movePolygon(now, AREA, [10, 0, 0], 300));
  edit((now) => setPolygonStationary(now, AREA, true, 200, 0, newId));
  expect(places(0)[0]).toEqual([5, 0, 1]);
  edit((now) => moveVertex(now, AREA, 0, [1, 1, 1], 400));
  edit((now) => insertVertex(now, AREA, 4, { id: id(8), at: [0, 2, 1] }, 400));
  expect(places(0)).toEqual([[1, 1, 1], [9, 0, 1], [9, 4, 2], [5, 4, 2], [0, 2, 1]]);
  expect(keysOf(document(), AREA)).toEqual([200]);
  for (const one of idsOf(document())) expect(keysOf(document(), one)).toHaveLength(1);
  edit((now) => setPolygonStationary(now, AREA, false, 400, 0, newId));
  expect(keysOf(document(), AREA)).toEqual([0]);
  expect(places(300)[0]).toEqual([1, 1, 1]);
});

test("a keyframe goes with the keys of its vertices, never the last one", () => {
  const { document, edit, places } = drawn();
  edit((now) => movePolygon(now, AREA, [10, 0, 0], 300));
  edit((now) => insertVertex(now, AREA, 1, { id: id(7), at: [2, -1, 1] }, 300));
  edit((now) => removePolygonKey(now, AREA, 300));
  expect(places(400)).toEqual(CORNERS);
  expect(idsOf(document())).not.toContain(id(7));
  expect(removePolygonKey(document(), AREA, 100)).toEqual([]);
});

test("deleting takes the vertices with it, but none that another polygon lists", () => {
  const { store, document, edit } = drawn();
  const other = "3f0c5e9a-2222-4111-8111-000000000002";
  const shared = [id(0), id(1)].map((vertexId, index) => ({ id: vertexId, at: CORNERS[index]! }));
  const own = { id: id(9), at: [0, -4, 1] as Vec3 };
  // As another editor would write it: two of its vertices are there already.
  const writes = createPolygon(other, "Crossing", [...shared, own], 100);
  store.commit(writes.filter(({ object_id }) => object_id === other || object_id === own.id));
  edit((now) => deleteObject(now, AREA));
  expect(idsOf(document())).toEqual([id(0), id(1), other, id(9)]);
  store.undo();
  edit((now) => deleteObject(now, other));
  expect(idsOf(document())).toEqual([AREA, id(0), id(1), id(2), id(3)]);
});

test("a label, and the frames in which it is there, are said of polygons as of cuboids", () => {
  const { document, edit } = drawn(0);
  edit((now) => setLabel(now, AREA, "Island"));
  edit((now) => setVisibleRange(now, AREA, [1, 2], FRAMES_NS));
  const shown = FRAMES_NS.map((time_ns) => shownPolygons(document(), time_ns).map(({ label }) => label));
  expect(shown).toEqual([[], ["Island"], ["Island"], [], []]);
});
