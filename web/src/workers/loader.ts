/** The page's side of the worker: one promise a chunk, cancelled by an AbortSignal. */

import { wrap } from "comlink";
import type { DecodedChunk } from "./chunk";
import type { LoaderApi } from "./loader.worker";

export type LoadChunk = (url: string, signal: AbortSignal) => Promise<DecodedChunk>;

export interface Loader {
  readonly load: LoadChunk;
  readonly stop: () => void;
}

export function startLoader(): Loader {
  const worker = new Worker(new URL("./loader.worker.ts", import.meta.url), { type: "module" });
  const api = wrap<LoaderApi>(worker);
  let requests = 0;
  return {
    async load(url, signal) {
      signal.throwIfAborted();
      requests += 1;
      const request = requests;
      const cancel = () => void api.cancel(request);
      signal.addEventListener("abort", cancel);
      try {
        return await api.load(request, url);
      } catch (error) {
        // Across the worker's border an AbortError is a plain Error: say again what happened.
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    },
    stop: () => worker.terminate(),
  };
}
