import { expect, test } from "vitest";
import { blocksOf } from "./instructions";

const HOSTS = ["docs.google.com", "wiki.example.com:8443"];
const DOC = "https://docs.google.com/document/d/e/2PACX-1/pub?embedded=true";

test("a pasted frame of a host that may be framed is a document between the text", () => {
  const text = `# Cars\n<iframe width="9" src="${DOC}" height="9"></iframe>\n\nBe exact.`;
  expect(blocksOf(text, HOSTS)).toEqual([
    { kind: "markdown", text: "# Cars" },
    { kind: "document", address: DOC },
    { kind: "markdown", text: "Be exact." },
  ]);
});

test("a document's address on a line of its own is shown, within a sentence it is a link", () => {
  expect(blocksOf(DOC, HOSTS)).toEqual([{ kind: "document", address: DOC }]);
  expect(blocksOf(`See ${DOC} first.`, HOSTS)).toEqual([
    { kind: "markdown", text: `See ${DOC} first.` },
  ]);
});

test("the address of Google's editor is that of its preview, which can be framed", () => {
  expect(blocksOf("https://docs.google.com/document/d/1aB-c/edit?usp=sharing#h", HOSTS)).toEqual([
    { kind: "document", address: "https://docs.google.com/document/d/1aB-c/preview" },
  ]);
});

test.each([
  ["another host", "https://elsewhere.example/doc"],
  ["a host that only looks like it", "https://docs.google.com.evil.example/doc"],
  ["a name before the host", "https://docs.google.com@evil.example/doc"],
  ["another port", "https://docs.google.com:8443/doc"],
  ["no encryption", "http://docs.google.com/doc"],
])("%s is a link", (_, address) => {
  expect(blocksOf(`<iframe src='${address}'>`, HOSTS)).toEqual([
    { kind: "link", address: new URL(address).href },
  ]);
});

test("a host may have a port", () => {
  const address = "https://wiki.example.com:8443/rules";
  expect(blocksOf(address, HOSTS)).toEqual([{ kind: "document", address }]);
});

test.each(["javascript:alert(1)", "data:text/html,x", "//docs.google.com/x", ""])(
  "a frame of %j is nothing",
  (address) => {
    expect(blocksOf(`before <iframe src="${address}"></iframe>`, HOSTS)).toEqual([
      { kind: "markdown", text: "before" },
    ]);
  },
);
