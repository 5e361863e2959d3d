/** The worker behind `startLoader`: it fetches and decodes, so that the page never waits for bytes. */

import { expose, transfer } from "comlink";
import { ChunkUnreadable, decodeChunk, type DecodedChunk } from "./chunk";

const running = new Map<number, AbortController>();

const loader = {
  /** Fetch and decode; the arrays are moved, not copied. Rejects when cancelled. */
  async load(request: number, url: string): Promise<DecodedChunk> {
    const controller = new AbortController();
    running.set(request, controller);
    try {
      const chunk = decodeChunk(await fetchWhole(url, controller.signal));
      const { positions, tags, ground } = chunk;
      const moved = [positions.buffer, ground.halves.buffer];
      return transfer(chunk, tags === null ? moved : [...moved, tags.buffer]);
    } finally {
      running.delete(request);
    }
  },

  cancel(request: number): void {
    running.get(request)?.abort();
  },
};

/** A body whose checksum is wrong is asked for once more, from the server and not from the disk. */
async function fetchWhole(url: string, signal: AbortSignal): Promise<ArrayBuffer> {
  for (const cache of ["default", "reload"] as const) {
    const response = await fetch(url, { signal, cache });
    if (!response.ok) throw new ChunkUnreadable(`the server answers HTTP ${response.status}`);
    try {
      return await response.arrayBuffer();
    } catch (error) {
      // The browser undoes zstd, which checks its sum, and says no more than that it failed.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  throw new ChunkUnreadable("they came broken or not whole, twice");
}

export type LoaderApi = typeof loader;

expose(loader);
