/**
 * Sends the files of a folder, pictures first, and makes the task; can be stopped and taken up again.
 * What has arrived, for whatever it was sent, is not sent again.
 */

import { createTask, type TaskOrder, uploadFile } from "../../api/files";
import type { FrameReader } from "../../workers/frames";
import { create, type StoreApi } from "../store";
import type { Found } from "./look";

const AT_ONCE = 3;

export type UploadState =
  | { readonly kind: "sending"; readonly sent: number; readonly files: number }
  | { readonly kind: "making" }
  | { readonly kind: "stopped"; readonly path: string | null; readonly sentence: string; readonly sent: number }
  | { readonly kind: "made"; readonly taskId: string };

export type OrderOfFolder = Omit<TaskOrder, "attachments">;

interface Ways {
  readonly send: typeof uploadFile;
  readonly make: typeof createTask;
}

interface Attempt {
  readonly stop: AbortController;
  /** Names the file that failed; the first one counts. */
  readonly blame: (path: string) => void;
}

export class FolderUpload {
  readonly state: StoreApi<UploadState> = create<UploadState>({ kind: "sending", sent: 0, files: 0 });
  readonly #found: Found;
  readonly #reader: Pick<FrameReader, "withAddresses">;
  readonly #ways: Ways;
  /** Path → the address that the server gave it. */
  readonly #addresses = new Map<string, string>();
  /** Path → bytes that are on their way or there. */
  readonly #sent = new Map<string, number>();
  #stop = new AbortController();

  constructor(
    found: Found,
    reader: Pick<FrameReader, "withAddresses">,
    ways: Ways = { send: uploadFile, make: createTask },
  ) {
    this.#found = found;
    this.#reader = reader;
    this.#ways = ways;
  }

  /** From where it stopped, if it did; another attempt that is under way ends. */
  async run(order: OrderOfFolder): Promise<void> {
    await this.#attempt(async (attempt) => {
      const attachments = await this.#sendFiles(attempt);
      this.state.setState({ kind: "making" }, true);
      const { signal } = attempt.stop;
      const { task_id: taskId } = await this.#ways.make({ ...order, attachments }, { signal });
      this.state.setState({ kind: "made", taskId }, true);
    });
  }

  /** Only sends; the addresses of the frames in order, or null: `state` tells why, or it was canceled. */
  async send(): Promise<readonly string[] | null> {
    return this.#attempt((attempt) => this.#sendFiles(attempt));
  }

  cancel(): void {
    this.#stop.abort(new Canceled());
  }

  /** Of a file that was sent; the address itself of any other. */
  pathOf(address: string): string {
    for (const [path, known] of this.#addresses) if (known === address) return path;
    return address;
  }

  async #attempt<T>(work: (attempt: Attempt) => Promise<T>): Promise<T | null> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    let path: string | null = null;
    try {
      this.#show();
      return await work({ stop, blame: (one) => void (path ??= one) });
    } catch (error) {
      stop.abort();
      if (stop.signal.reason instanceof Canceled) return null;
      const sentence = error instanceof Error ? error.message : String(error);
      this.state.setState({ kind: "stopped", path, sentence, sent: this.#sentBytes() }, true);
      return null;
    }
  }

  async #sendFiles(attempt: Attempt): Promise<readonly string[]> {
    const { pictures, frames } = this.#found;
    await this.#sendAll([...pictures.keys()], (one) => Promise.resolve(pictures.get(one)!), attempt);
    const byPath = new Map(frames.map((frame) => [frame.path, frame]));
    await this.#sendAll(
      [...byPath.keys()],
      (one) => {
        const { file, pictures: meant } = byPath.get(one)!;
        const addresses = Array.from(meant, ([from, to]) => [from, this.#addresses.get(to)!] as const);
        return this.#reader.withAddresses(file, new Map(addresses));
      },
      attempt,
    );
    return frames.map((frame) => this.#addresses.get(frame.path)!);
  }

  async #sendAll(
    paths: readonly string[],
    contentOf: (path: string) => Promise<Blob>,
    { stop, blame }: Attempt,
  ): Promise<void> {
    const left = paths.filter((path) => !this.#addresses.has(path));
    const { signal } = stop;
    const sendSome = async () => {
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        signal.throwIfAborted();
        const one = path;
        try {
          const content = await contentOf(one);
          const onSent = (bytes: number) => this.#note(one, bytes);
          const file = await this.#ways.send(one, content, onSent, signal);
          this.#addresses.set(one, file.attachment_url);
          this.#note(one, content.size);
        } catch (error) {
          if (!signal.aborted) blame(one);
          this.#sent.delete(one);
          // The others of this round go no further either.
          stop.abort();
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sendSome));
  }

  #note(path: string, bytes: number): void {
    this.#sent.set(path, bytes);
    if (!this.#stop.signal.aborted) this.#show();
  }

  #show(): void {
    this.state.setState({ kind: "sending", sent: this.#sentBytes(), files: this.#addresses.size }, true);
  }

  #sentBytes(): number {
    return [...this.#sent.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}

class Canceled extends Error {}
