/** The worker behind `startLoader`: it fetches and decodes, so that the page never waits for bytes. */

import { expose, transfer } from "comlink";
import { ChunkUnreadable, decodeChunk, type DecodedChunk } from "./chunk";

const running = new Map<number, AbortController>();

/** Buffers to read into, as many as there were loads at the same time. */
const spare: Uint8Array<ArrayBuffer>[] = [];
const FIRST_ROOM = 1 << 20;

const loader = {
  /** Fetch and decode; the arrays are moved, not copied. Rejects when cancelled. */
  async load(request: number, url: string): Promise<DecodedChunk> {
    const controller = new AbortController();
    running.set(request, controller);
    try {
      const chunk = await fetchWhole(url, controller.signal);
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
async function fetchWhole(url: string, signal: AbortSignal): Promise<DecodedChunk> {
  for (const cache of ["default", "reload"] as const) {
    const response = await fetch(url, { signal, cache });
    if (!response.ok) throw new ChunkUnreadable(`the server answers HTTP ${response.status}`);
    try {
      return await decodeBody(response);
    } catch (error) {
      // The browser undoes zstd, which checks its sum, and says no more than that it failed.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  throw new ChunkUnreadable("they came broken or not whole, twice");
}

/** Into a buffer that is used again: a new one for each frame would stay until it is collected. */
async function decodeBody(response: Response): Promise<DecodedChunk> {
  const reader = response.body!.getReader();
  let room = spare.pop() ?? new Uint8Array(FIRST_ROOM);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return decodeChunk(room.subarray(0, length));
      if (length + value.length > room.length) room = grown(room, length + value.length);
      room.set(value, length);
      length += value.length;
    }
  } finally {
    spare.push(room);
  }
}

function grown(room: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, 2 * room.length));
  larger.set(room);
  return larger;
}

export type LoaderApi = typeof loader;

expose(loader);
