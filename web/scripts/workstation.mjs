// Prints docs/reference/workstation.md: node scripts/workstation.mjs > ../docs/reference/workstation.md
// Fails when a row names a test or a step of a journey that there is not.

import { existsSync, readFileSync } from "node:fs";
import { rolldown } from "rolldown";

const here = new URL("..", import.meta.url).pathname;

async function load(file) {
  const bundle = await rolldown({ input: `${here}src/tools/${file}`, logLevel: "silent" });
  const { output } = await bundle.generate({ format: "esm" });
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}

const [{ ACTIONS, ACTION_GROUPS }, { keyLabel }, { FEATURES, FAMILIES, GESTURES }] = await Promise.all(
  ["index.ts", "keys.ts", "features.ts"].map(load),
);

function check(path, name, forms) {
  const text = readFileSync(`${here}${path}`, "utf8");
  if (!forms(name).some((form) => text.includes(form))) throw new Error(`${path} has no “${name}”`);
}

function rowOf(title, keys, [test, journey]) {
  const [file, name] = test.split(" › ");
  check(`src/${file}`, name, (one) => [`("${one}"`, `"${one}",`]);
  if (journey !== undefined) {
    const [of, step] = journey.split(" › ");
    check(existsSync(`${here}journeys/${of}.ts`) ? `journeys/${of}.ts` : `journeys/${of}.journey.ts`, step, (one) => [`test("${one}"`, `function ${one}(`]);
  }
  const pressed = keys.map((key) => `\`${keyLabel(key)}\``).join(", ");
  return `| ${title} | ${pressed} | \`${file}\`: ${name} | ${journey ?? "–"} |`;
}

const lines = [
  "# The workstation, feature by feature",
  "",
  "Made by `web/scripts/workstation.mjs` from the list of commands and `web/src/tools/features.ts`: what there is, the key that it has until a person chooses another, the test that holds what it does (in `web/src`), and the step of a browser journey that uses it (in `web/journeys`; – where none does).",
];
const HEAD = ["", "| feature | keys | test | journey |", "|---|---|---|---|"];
for (const group of ACTION_GROUPS) {
  const actions = ACTIONS.filter((one) => one.group === group && FEATURES[one.id] !== undefined);
  if (actions.length === 0) continue;
  lines.push("", `## ${group}`, ...HEAD);
  for (const { id, title, keys } of actions) lines.push(rowOf(title, keys, FEATURES[id]));
}
lines.push("", "## By mouse, and many at once", ...HEAD);
for (const [id, title] of Object.entries({ ...FAMILIES, ...GESTURES })) {
  lines.push(rowOf(title, [], FEATURES[id]));
}
process.stdout.write(`${lines.join("\n")}\n`);
