import { expect, test } from "vitest";
import { fileMeant, inNaturalOrder, isRemote } from "./folder";

const PATHS = new Set([
  "drive/frames/000.json",
  "drive/images/front/000.jpg",
  "drive/images/left/000.jpg",
  "drive/images/left/only here.jpg",
  "drive/truth/front/000_class.png",
]);

test("numbers in names count as numbers", () => {
  const names = ["f10.json", "f9.json", "f010.json", "F1.json"];
  expect([...names].sort(inNaturalOrder)).toEqual(["F1.json", "f9.json", "f010.json", "f10.json"]);
});

test.each([
  ["images/front/000.jpg", "drive/images/front/000.jpg"],
  ["../images/left/000.jpg", "drive/images/left/000.jpg"],
  ["./images/front/000.jpg", "drive/images/front/000.jpg"],
  ["file:///data/demo/half/images/front/000.jpg", "drive/images/front/000.jpg"],
  ["file:///x/only%20here.jpg", "drive/images/left/only here.jpg"],
  ["C:\\records\\left\\000.jpg", "drive/images/left/000.jpg"],
  ["/abs/front/000.jpg", "drive/images/front/000.jpg"],
  ["000.jpg", null], // two have this name
  ["images/right/000.jpg", null],
  ["front/001.jpg", null],
  ["", null],
])("%s means %s", (address, path) => {
  expect(fileMeant(address, "drive/frames/000.json", PATHS)).toBe(path);
});

test("beside the frame comes before a longer likeness elsewhere", () => {
  const paths = new Set(["a/f/x/1.jpg", "b/x/1.jpg"]);
  expect(fileMeant("x/1.jpg", "a/f/0.json", paths)).toBe("a/f/x/1.jpg");
  expect(fileMeant("x/1.jpg", "b/0.json", paths)).toBe("b/x/1.jpg");
});

test("only addresses that the server can fetch by itself stay", () => {
  expect(["http://a/1", "HTTPS://a/1", "scaledata://1/2"].every(isRemote)).toBe(true);
  expect(["file:///a", "images/http.jpg", "s3.jpg"].some(isRemote)).toBe(false);
});
