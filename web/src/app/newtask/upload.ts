/** Sends the files of a folder, pictures first, and makes the task; can be stopped and taken up again. */

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

  /** From where it stopped, if it did. */
  async run(order: OrderOfFolder): Promise<void> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    let path: string | null = null;
    const blame = (one: string) => void (path ??= one);
    try {
      this.#show();
      const { pictures, frames } = this.#found;
      await this.#sendAll([...pictures.keys()], (one) => Promise.resolve(pictures.get(one)!), blame);
      const byPath = new Map(frames.map((frame) => [frame.path, frame]));
      await this.#sendAll(
        [...byPath.keys()],
        (one) => {
          const { file, pictures: meant } = byPath.get(one)!;
          const addresses = Array.from(meant, ([from, to]) => [from, this.#addresses.get(to)!] as const);
          return this.#reader.withAddresses(file, new Map(addresses));
        },
        blame,
      );
      this.state.setState({ kind: "making" }, true);
      const attachments = frames.map((frame) => this.#addresses.get(frame.path)!);
      const { task_id: taskId } = await this.#ways.make({ ...order, attachments }, { signal });
      this.state.setState({ kind: "made", taskId }, true);
    } catch (error) {
      this.#stop.abort();
      if (signal.reason instanceof Canceled) return;
      const sentence = error instanceof Error ? error.message : String(error);
      this.state.setState({ kind: "stopped", path, sentence, sent: this.#sentBytes() }, true);
    }
  }

  cancel(): void {
    this.#stop.abort(new Canceled());
  }

  async #sendAll(
    paths: readonly string[],
    contentOf: (path: string) => Promise<Blob>,
    blame: (path: string) => void,
  ): Promise<void> {
    const left = paths.filter((path) => !this.#addresses.has(path));
    const { signal } = this.#stop;
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
          this.#stop.abort();
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
