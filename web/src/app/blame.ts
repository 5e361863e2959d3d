/** Which field of a form the server refused. Its sentences name it: `…, reason: "name" is …`. */

const BLAMED = /^Parameter is invalid, reason: "([^"]*)" (.*)$/s;
const TAKEN = /with the name .* already exists\.$/s;

export interface Blame {
  /** One of the form's fields; null: the sentence is about all of it. */
  readonly field: string | null;
  readonly sentence: string;
}

/** @param fields the wire's names, e.g. `params` for what is wrong at `params.instruction` too. */
export function blameOf(sentence: string, fields: readonly string[]): Blame {
  if (TAKEN.test(sentence) && fields.includes("name")) return { field: "name", sentence };
  const found = BLAMED.exec(sentence);
  const [, path = "", reason = ""] = found ?? [];
  const field = fields.find((name) => path === name || path.startsWith(`${name}.`));
  if (found === null || field === undefined) return { field: null, sentence };
  const inner = path.slice(field.length + 1);
  return { field, sentence: inner === "" ? about(reason) : `“${inner}” ${reason}.` };
}

function about(reason: string): string {
  return /^(is|must|contains|has) /.test(reason) ? `It ${reason}.` : upper(`${reason}.`);
}

function upper(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export type Parsed =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "wrong"; readonly sentence: string };

/** JSON that somebody typed. Empty text is the empty value. */
export function parseTyped(text: string, kind: "object" | "array"): Parsed {
  if (text.trim() === "") return { kind: "value", value: kind === "object" ? {} : [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: "wrong", sentence: `This is not JSON. ${placeOf(error, text)}` };
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (kind === "object" ? isObject : Array.isArray(value)) return { kind: "value", value };
  const wanted = kind === "object" ? "an object: { … }" : "an array: [ … ]";
  return { kind: "wrong", sentence: `It must be ${wanted}.` };
}

/** Line and column, from whatever the browser's own sentence says. */
function placeOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const at = /at position (\d+)/.exec(message)?.[1];
  const reason = message.replace(/,? ?(?:\.\.\.)?(?:".*" )?(?:in|is not valid) JSON.*$/s, "");
  if (at === undefined) return upper(`${reason}.`);
  const before = text.slice(0, Number(at)).split("\n");
  const column = (before.at(-1) ?? "").length + 1;
  return upper(`${reason} (line ${before.length}, column ${column}).`);
}
