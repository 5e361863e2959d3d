import { expect, test } from "vitest";
import { readFrameText } from "../../model/frameText";
import { lookInto } from "./look";

const frame = (...images: readonly string[]) =>
  JSON.stringify({
    device_position: { x: 0 },
    points: [{ x: 1 }],
    images: images.map((image_url) => ({ image_url })),
  });

function look(files: Readonly<Record<string, string>>, mostBytes = 1_000) {
  const reader = {
    read: async (file: File) => ({ ...readFrameText(await file.text()), bytes: file.size }),
  };
  const list = Object.entries(files).map(([path, text]) => ({ path, file: new File([text], path) }));
  return lookInto(list, reader, mostBytes, () => {}, new AbortController().signal);
}

test("frames stand in natural order and bring their pictures, each once", async () => {
  const found = await look({
    "drive/frames/10.json": frame("images/b.jpg", "https://a.example/1.jpg"),
    "drive/frames/9.json": frame("images/b.jpg", "images/gone.jpg"),
    "drive/images/b.jpg": "bb",
    "drive/images/unused.jpg": "u",
    "drive/truth.json": '{"tracks":[]}',
    "drive/.DS_Store": "x",
  });
  expect(found.name).toBe("drive");
  expect(found.frames.map(({ path }) => path)).toEqual(["drive/frames/9.json", "drive/frames/10.json"]);
  expect([...found.pictures.keys()]).toEqual(["drive/images/b.jpg"]);
  expect(found.remote).toBe(1);
  expect(found.missing).toEqual(["images/gone.jpg"]);
  expect(found.ignored).toEqual(["drive/images/unused.jpg", "drive/truth.json"]);
  expect(found.bytes).toBe(2 + frame("images/b.jpg", "https://a.example/1.jpg").length + frame("images/b.jpg", "images/gone.jpg").length);
});

test("what means to be a frame and is none is named with the reason", async () => {
  const found = await look({ "0.json": "{", "1.json": frame() });
  expect(found.broken.map(({ path }) => path)).toEqual(["0.json"]);
  expect(found.broken[0]?.reason).toMatch(/not valid JSON/);
  expect(found.name).toBe("");
});

test("a picture over the limit is named", async () => {
  const found = await look({ "0.json": frame("big.jpg"), "big.jpg": "x".repeat(200) }, 199);
  expect(found.tooLarge).toEqual(["big.jpg"]);
});

test("an empty folder has nothing", async () => {
  expect(await look({})).toMatchObject({ frames: [], ignored: [], broken: [], bytes: 0 });
});
