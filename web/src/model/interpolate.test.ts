import { describe, expect, test } from "vitest";
import golden from "../../../tests/golden/interpolation.json";
import { fromParts, partsOf } from "./document";
import { attributesAt, keysOf, poseAt, presentAt } from "./interpolate";
import { isStationary } from "./kinds";

const scene = fromParts(golden.parts);

/** To 1e-12, and q and -q are the same rotation. */
function close(found: unknown, expected: unknown, name = ""): boolean {
  if (typeof expected === "number") {
    return typeof found === "number" && Math.abs(found - expected) < 1e-12;
  }
  if (typeof expected !== "object" || expected === null) return found === expected;
  if (typeof found !== "object" || found === null) return false;
  const [here, wanted] = [Object.entries(found), Object.entries(expected)];
  const same = (sign: number) =>
    wanted.every(([key, value]) => {
      const mine: unknown = (found as Record<string, unknown>)[key];
      return close(typeof mine === "number" ? sign * mine : mine, value, key);
    });
  return here.length === wanted.length && (same(1) || (name === "rotation_wxyz" && same(-1)));
}

describe("tests/golden/interpolation.json, which pytest reads too", () => {
  test.each(golden.poses)("$object_id at $time_ns", ({ object_id, time_ns, pose }) => {
    const found = poseAt(scene, object_id, time_ns);
    expect(close(found, pose), JSON.stringify(found)).toBe(true);
  });

  test.each(golden.presence)("$object_id is there at $there", ({ object_id, there, not_there }) => {
    const times = [...there, ...not_there];
    expect(times.filter((time_ns) => presentAt(scene, object_id, time_ns))).toEqual(there);
  });

  test.each(golden.attributes)("$object_id at $time_ns: $answers", (expected) => {
    const answers = attributesAt(scene, expected.object_id, expected.time_ns);
    expect({ ...answers }).toEqual(expected.answers);
  });

  test.each(golden.keys)("keys of $object_id", ({ object_id, keys }) => {
    expect(keysOf(scene, object_id)).toEqual(keys);
  });
});

test("at a key the pose is the key itself", () => {
  for (const [id, { value, keys }] of scene.objects) {
    if (value === null || isStationary(value)) continue;
    for (const [time_ns, key] of keys) expect(poseAt(scene, id, time_ns)).toBe(key);
  }
});

test("an attribute nobody answered is not inherited from JavaScript", () => {
  const track = golden.attributes[0]!.object_id;
  expect(partsOf(scene, track).value).not.toBeNull();
  expect(attributesAt(scene, track, 0)["constructor"]).toBeUndefined();
});
