/**
 * Boxes as the benchmark judges them, without a line of the product: centre, size (length along its
 * x, width, height) and rotation (wxyz), in world metres.
 */

const AXES = [0, 1, 2];

export const subtract = (a, b) => AXES.map((at) => a[at] - b[at]);
export const add = (a, b) => AXES.map((at) => a[at] + b[at]);
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const scaled = (a, by) => a.map((value) => value * by);
const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];

/** The box's own x, y and z in the world. */
export function axesOf({ rotation: [w, x, y, z] }) {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
    [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
    [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
  ];
}

export const yawOf = (box) => Math.atan2(axesOf(box)[0][1], axesOf(box)[0][0]);

/** From -π to π. */
export const turn = (rad) => Math.atan2(Math.sin(rad), Math.cos(rad));

export const toWorld = (box, local) =>
  axesOf(box).reduce((sum, axis, at) => add(sum, scaled(axis, local[at])), box.centre);

export function toLocal(box, point) {
  const away = subtract(point, box.centre);
  return axesOf(box).map((axis) => dot(away, axis));
}

/** Volume of what two boxes share by that of what they fill together. */
export function overlap(a, b) {
  const shared = volume(planesOf(b).reduce(cut, facesOf(a)));
  const [whole, other] = [a, b].map(({ size }) => size[0] * size[1] * size[2]);
  return shared / (whole + other - shared);
}

const RING = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
];

/** Six polygons, counter-clockwise as seen from outside. */
function facesOf(box) {
  const half = scaled(box.size, 0.5);
  return AXES.flatMap((axis) =>
    [1, -1].map((sign) => {
      const ring = RING.map(([u, v]) => {
        const local = [0, 0, 0];
        local[axis] = sign * half[axis];
        local[(axis + 1) % 3] = u * half[(axis + 1) % 3];
        local[(axis + 2) % 3] = v * half[(axis + 2) % 3];
        return toWorld(box, local);
      });
      return sign > 0 ? ring : ring.reverse();
    }),
  );
}

/** Inside is where `dot(normal, point) <= reach`. */
function planesOf(box) {
  return axesOf(box).flatMap((axis, at) =>
    [1, -1].map((sign) => {
      const normal = scaled(axis, sign);
      return { normal, reach: dot(normal, box.centre) + box.size[at] / 2 };
    }),
  );
}

/** What of a convex body lies inside of a plane. */
function cut(faces, { normal, reach }) {
  const rim = [];
  const kept = faces.map((ring) =>
    ring.flatMap((from, at) => {
      const to = ring[(at + 1) % ring.length];
      const [out, next] = [dot(normal, from) - reach, dot(normal, to) - reach];
      const found = out <= 0 ? [from] : [];
      if (out <= 0 !== next <= 0) {
        const crossing = add(from, scaled(subtract(to, from), out / (out - next)));
        rim.push(crossing);
        found.push(crossing);
      }
      return found;
    }),
  );
  return [...kept, around(rim, normal)].filter((ring) => ring.length > 2);
}

/** Points of a plane, counter-clockwise about their middle. */
function around(points, normal) {
  if (points.length < 3) return [];
  const middle = scaled(points.reduce(add), 1 / points.length);
  const across = cross(normal, Math.abs(normal[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]);
  const up = cross(normal, across);
  const angle = (point) => {
    const away = subtract(point, middle);
    return Math.atan2(dot(away, up), dot(away, across));
  };
  return points.toSorted((a, b) => angle(a) - angle(b));
}

function volume(faces) {
  if (faces.length === 0) return 0;
  const origin = faces[0][0];
  let six = 0;
  for (const ring of faces) {
    const [a, ...others] = ring.map((point) => subtract(point, origin));
    for (let at = 1; at < others.length; at += 1) six += dot(a, cross(others[at - 1], others[at]));
  }
  return Math.abs(six) / 6;
}
