/** A look at the scene of a folder before there is a task of it: sent, read by the server, examined. */

import { Unreachable } from "../../api/http";
import { newSceneCheck, startSceneCheck, stopSceneCheck } from "../../api/tasks";
import type { NewSceneCheck } from "../../api/types";
import { create, type StoreApi } from "../store";
import type { FolderUpload } from "./upload";

const POLL_MS = 700;

export type CheckState =
  | { readonly kind: "none" }
  /** The upload's own state tells how far it is, or why it stopped. */
  | { readonly kind: "sending" }
  | { readonly kind: "reading"; readonly check: NewSceneCheck | null }
  | { readonly kind: "finished"; readonly check: NewSceneCheck }
  | { readonly kind: "failed"; readonly sentence: string };

interface Ways {
  readonly start: typeof startSceneCheck;
  readonly look: typeof newSceneCheck;
  readonly stop: typeof stopSceneCheck;
  readonly pause: () => Promise<void>;
}

const WAYS: Ways = {
  start: startSceneCheck,
  look: newSceneCheck,
  stop: stopSceneCheck,
  pause: () => new Promise((done) => setTimeout(done, POLL_MS)),
};

export class FolderCheck {
  readonly state: StoreApi<CheckState> = create<CheckState>({ kind: "none" });
  readonly #upload: Pick<FolderUpload, "send">;
  readonly #ways: Ways;
  #stop = new AbortController();

  constructor(upload: Pick<FolderUpload, "send">, ways: Ways = WAYS) {
    this.#upload = upload;
    this.#ways = ways;
  }

  async run(): Promise<void> {
    this.#stop.abort();
    const { signal } = (this.#stop = new AbortController());
    const isOver = () => signal.aborted;
    this.state.setState({ kind: "sending" }, true);
    const attachments = await this.#upload.send();
    if (attachments === null || isOver()) return;
    try {
      this.state.setState({ kind: "reading", check: null }, true);
      const checkId = await this.#ways.start(attachments, { signal });
      const stop = () => void this.#ways.stop(checkId).catch(() => undefined); // it is swept anyway
      signal.addEventListener("abort", stop);
      await this.#follow(checkId, signal);
      signal.removeEventListener("abort", stop);
    } catch (error) {
      if (isOver()) return;
      const sentence = error instanceof Error ? error.message : String(error);
      this.state.setState({ kind: "failed", sentence }, true);
    }
  }

  /** Ends what is under way; what was found stays. */
  cancel(): void {
    this.#stop.abort();
    if (this.state.getState().kind !== "finished") this.state.setState({ kind: "none" }, true);
  }

  async #follow(checkId: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        const check = await this.#ways.look(checkId, { signal });
        const kind = check.is_finished ? "finished" : "reading";
        this.state.setState({ kind, check }, true);
        if (check.is_finished) return;
      } catch (error) {
        // A server that is started anew goes on with it.
        if (signal.aborted || !(error instanceof Unreachable)) throw error;
      }
      await this.#ways.pause();
      signal.throwIfAborted();
    }
  }
}
