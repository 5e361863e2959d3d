/** The worker behind `startLoader`: it fetches and decodes, so that the page never waits for bytes. */

import { expose, transfer } from "comlink";
import { ChunkUnreadable, decodeChunk, type DecodedChunk } from "./chunk";

const running = new Map<number, AbortController>();

const loader = {
  /** Fetch and decode; the array is moved, not copied. Rejects when cancelled. */
  async load(request: number, url: string): Promise<DecodedChunk> {
    const controller = new AbortController();
    running.set(request, controller);
    try {
      const response = await fetch(url, { signal: controller.signal });
      if (!response.ok) {
        throw new ChunkUnreadable(`The points could not be fetched (HTTP ${response.status}).`);
      }
      const chunk = decodeChunk(await response.arrayBuffer());
      return transfer(chunk, [chunk.positions.buffer]);
    } finally {
      running.delete(request);
    }
  },

  cancel(request: number): void {
    running.get(request)?.abort();
  },
};

export type LoaderApi = typeof loader;

expose(loader);
