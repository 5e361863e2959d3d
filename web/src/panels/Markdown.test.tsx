// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import type { Picture } from "../api/types";
import { Markdown } from "./Markdown";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

type Pictures = Readonly<Record<string, Picture>>;

function drawn(text: string, pictures?: Pictures): HTMLElement {
  const host = document.createElement("div");
  const markdown = pictures ? <Markdown text={text} pictures={pictures} /> : <Markdown text={text} />;
  act(() => createRoot(host).render(markdown));
  return host;
}

const HOSTILE = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "![x](x\"onerror=\"alert(1))",
  "[click](javascript:alert(1))",
  "[click](JaVaScRiPt&#58;alert(1))",
  "[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "<svg><animate onbegin=alert(1)></svg>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<a href='vbscript:x'>x</a>",
  "![track](https://canary.example/pixel.png)",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
  "<form action=https://canary.example><button>go</button></form>",
  "[x]: javascript:alert(1)\n\n[x]",
];

test.each(HOSTILE)("instructions cannot act: %s", (text) => {
  const host = drawn(text);
  expect(host.querySelector("script, iframe, object, embed, form, style, svg, math, base")).toBe(
    null,
  );
  for (const element of host.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on|^srcdoc$|^style$/);
      expect(value).not.toMatch(/^\s*(javascript|vbscript|data):/i);
    }
  }
  for (const image of host.querySelectorAll("img")) {
    expect(new URL(image.src).origin).toBe(location.origin);
  }
});

test("links open elsewhere and are told nothing of us", () => {
  const link = drawn("[rules](https://example.com/rules)").querySelector("a");
  expect(link?.getAttribute("href")).toBe("https://example.com/rules");
  expect(link?.rel).toContain("noopener");
  expect(link?.target).toBe("_blank");
});

test("headings, lists and emphasis are drawn", () => {
  const host = drawn("# Cars\n\n- **every** car\n- no trailers");
  expect(host.querySelector("h1")?.textContent).toBe("Cars");
  expect(host.querySelectorAll("li")).toHaveLength(2);
  expect(host.querySelector("strong")?.textContent).toBe("every");
});

test("pictures come from where we serve them, also when the customer's address is no web address", () => {
  const host = drawn("![Car](file:///data/car.png)\n\n![Bus](https://docs.example/a%20b.png)", {
    "file:///data/car.png": { address: "/blobs/AAA", error: null },
    "https://docs.example/a%20b.png": { address: "/blobs/BBB", error: null },
  });
  const sources = [...host.querySelectorAll("img")].map((image) => image.getAttribute("src"));
  expect(sources).toEqual(["/blobs/AAA", "/blobs/BBB"]);
});

test("a picture that could not be fetched says why, as text", () => {
  const host = drawn("![Car](https://docs.example/<x>.png)\n\n![Bus](https://docs.example/b.png)", {
    "https://docs.example/b.png": { address: null, error: "<b>404</b>" },
  });
  expect(host.querySelector("img, b")).toBeNull();
  expect(host.textContent).toContain("[“Car” is still being fetched.");
  expect(host.textContent).toContain("[“Bus” is missing: <b>404</b>]");
});
