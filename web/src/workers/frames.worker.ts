/** The worker behind `startFrameReader`: frames are megabytes of text, and the page stays awake. */

import { expose } from "comlink";
import { type FrameText, readFrameText, withAddresses } from "../model/frameText";

const GZIP = [0x1f, 0x8b];

const reader = {
  /** What a file is; `bytes` as it will be sent. */
  async read(file: File): Promise<FrameText & { readonly bytes: number }> {
    let text: string;
    try {
      text = await textOf(file);
    } catch {
      return { kind: "other", reason: "cannot be read as UTF-8 text", broken: true, bytes: file.size };
    }
    return { ...readFrameText(text), bytes: new Blob([text]).size };
  },

  async withAddresses(file: File, addresses: ReadonlyMap<string, string>): Promise<Blob> {
    return new Blob([withAddresses(await textOf(file), addresses)], { type: "application/json" });
  },
};

async function textOf(file: File): Promise<string> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isZipped = GZIP.every((byte, at) => start[at] === byte);
  const bytes = isZipped ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
    await new Response(bytes).arrayBuffer(),
  );
}

export type FrameReaderApi = typeof reader;

expose(reader);
