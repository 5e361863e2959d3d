/** One way to ask the server: JSON in, JSON out, every failure one of two kinds. */

/** The server answered, and its answer was no. `sentence` is written for people. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.name = "Refused";
    this.status = status;
  }
}

/** No answer came, or one that says "later": the same request may be sent again. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server cannot be reached.", { cause });
    this.name = "Unreachable";
  }
}

const LATER = new Set([408, 425, 429, 500, 502, 503, 504]);
const TIMEOUT_MS = 30_000;

export interface Options {
  readonly signal?: AbortSignal;
  /** How long to wait for the answer; a long poll waits longer. */
  readonly timeout_ms?: number;
  /** The request outlives the page. */
  readonly keepalive?: boolean;
}

const BUILD_HEADER = "x-groundplane-build";
let ownBuild: string | null = null;
let isOutdated = false;
const updateListeners = new Set<() => void>();

/** Calls once when the server has a newer page than this one, at once if that is known already. */
export function onUpdate(listener: () => void): () => void {
  updateListeners.add(listener);
  if (isOutdated) listener();
  return () => void updateListeners.delete(listener);
}

/** The first answer tells which build this page is of: they came from the same server. */
function noteBuild(response: Response): void {
  const build = response.headers.get(BUILD_HEADER);
  if (build === null || build === ownBuild) return;
  ownBuild ??= build;
  if (build === ownBuild || isOutdated) return;
  isOutdated = true;
  for (const listener of updateListeners) listener();
}

/** @throws Refused, Unreachable, or the signal's AbortError. */
export function getJson<T>(path: string, options: Options = {}): Promise<T> {
  return ask<T>(path, { method: "GET" }, options);
}

/** @throws Refused, Unreachable, or the signal's AbortError. */
export function postJson<T>(path: string, body: unknown, options: Options = {}): Promise<T> {
  const headers = { "content-type": "application/json" };
  return ask<T>(path, { method: "POST", headers, body: JSON.stringify(body) }, options);
}

/** @throws Refused, Unreachable, or the signal's AbortError. */
export function putJson<T>(path: string, body: unknown, options: Options = {}): Promise<T> {
  const headers = { "content-type": "application/json" };
  return ask<T>(path, { method: "PUT", headers, body: JSON.stringify(body) }, options);
}

async function ask<T>(path: string, init: RequestInit, options: Options): Promise<T> {
  const timeout = AbortSignal.timeout(options.timeout_ms ?? TIMEOUT_MS);
  const signal =
    options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  let response: Response;
  let body: unknown;
  try {
    const { keepalive = false } = options;
    response = await fetch(path, { ...init, signal, keepalive, credentials: "same-origin" });
    noteBuild(response);
    body = await bodyOf(response);
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new Unreachable(error);
  }
  if (response.ok) return body as T;
  const sentence = sentenceOf(body) ?? `The server answered ${response.status}.`;
  if (LATER.has(response.status)) throw new Unreachable(new Refused(response.status, sentence));
  throw new Refused(response.status, sentence);
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    // A proxy's error page is no JSON; a cut answer to a success is a failed request.
    if (response.ok) throw error;
    return null;
  }
}

function sentenceOf(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("error" in body)) return null;
  return typeof body.error === "string" ? body.error : null;
}
