/** What is in a dropped folder: frames in order, their pictures, and what stands in the way. */

import { fileMeant, inNaturalOrder, isRemote } from "../../model/folder";
import type { FrameReader } from "../../workers/frames";
import type { PathFile } from "./dropped";

export interface FoundFrame extends PathFile {
  /** As it will be sent. */
  readonly bytes: number;
  /** Address in the frame → path of the picture that it means. */
  readonly pictures: ReadonlyMap<string, string>;
}

export interface Problem {
  readonly path: string;
  readonly reason: string;
}

export interface Found {
  /** The folder's name. */
  readonly name: string;
  readonly frames: readonly FoundFrame[];
  readonly pictures: ReadonlyMap<string, File>;
  /** Addresses that the server fetches itself. */
  readonly remote: number;
  /** Addresses of pictures that are not in the folder. */
  readonly missing: readonly string[];
  /** JSON files that mean to be frames and are none. */
  readonly broken: readonly Problem[];
  readonly tooLarge: readonly string[];
  /** Everything else, left where it is. */
  readonly ignored: readonly string[];
  readonly bytes: number;
}

const JSON_FILE = /\.json(\.gz)?$/i;

/** @throws the signal's AbortError. */
export async function lookInto(
  files: readonly PathFile[],
  reader: Pick<FrameReader, "read">,
  mostBytes: number,
  onRead: (done: number, of: number) => void,
  signal: AbortSignal,
): Promise<Found> {
  const byPath = new Map(files.filter(({ path }) => !isHidden(path)).map((one) => [one.path, one.file]));
  const paths = new Set(byPath.keys());
  const candidates = [...paths].filter((path) => JSON_FILE.test(path)).sort(inNaturalOrder);
  const frames: FoundFrame[] = [];
  const broken: Problem[] = [];
  const pictures = new Map<string, File>();
  const missing = new Set<string>();
  const remote = new Set<string>();
  for (const [done, path] of candidates.entries()) {
    onRead(done, candidates.length);
    const file = byPath.get(path)!;
    const read = await reader.read(file);
    signal.throwIfAborted();
    if (read.kind === "other") {
      if (read.broken) broken.push({ path, reason: read.reason });
      continue;
    }
    const meant = new Map<string, string>();
    for (const address of read.images) {
      const picture = isRemote(address) ? null : fileMeant(address, path, paths);
      if (picture !== null) {
        meant.set(address, picture);
        pictures.set(picture, byPath.get(picture)!);
      } else (isRemote(address) ? remote : missing).add(address);
    }
    frames.push({ path, file, bytes: read.bytes, pictures: meant });
  }
  const sizes = new Map([
    ...Array.from(pictures, ([path, file]) => [path, file.size] as const),
    ...frames.map(({ path, bytes }) => [path, bytes] as const),
  ]);
  const brokenPaths = new Set(broken.map(({ path }) => path));
  return {
    name: /^([^/]+)\//.exec(files[0]?.path ?? "")?.[1] ?? "",
    frames,
    pictures,
    remote: remote.size,
    missing: [...missing],
    broken,
    tooLarge: [...sizes].filter(([, bytes]) => bytes > mostBytes).map(([path]) => path),
    ignored: [...paths].filter((path) => !sizes.has(path) && !brokenPaths.has(path)),
    bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** What file managers leave behind. */
function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");
}
