// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import { Markdown } from "./Markdown";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

function drawn(text: string): HTMLElement {
  const host = document.createElement("div");
  act(() => createRoot(host).render(<Markdown text={text} />));
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
