/** The page's side of the worker that reads dropped frames. */

import { wrap } from "comlink";
import type { FrameText } from "../model/frameText";
import type { FrameReaderApi } from "./frames.worker";

export interface FrameReader {
  readonly read: (file: File) => Promise<FrameText & { readonly bytes: number }>;
  readonly withAddresses: (file: File, addresses: ReadonlyMap<string, string>) => Promise<Blob>;
  readonly stop: () => void;
}

export function startFrameReader(): FrameReader {
  const worker = new Worker(new URL("./frames.worker.ts", import.meta.url), { type: "module" });
  const api = wrap<FrameReaderApi>(worker);
  return {
    read: (file) => api.read(file),
    withAddresses: (file, addresses) => api.withAddresses(file, addresses),
    stop: () => worker.terminate(),
  };
}
