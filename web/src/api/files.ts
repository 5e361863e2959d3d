/** Uploading files and making tasks of them. */

import { getJson, type Options, postJson, Refused, Unreachable } from "./http";
import type { components } from "./schema.gen";
import { withMode } from "./tasks";

type Schemas = components["schemas"];
export type UploadedFile = Schemas["UploadedFile"];
export type ProjectHead = Schemas["ProjectHead"];

export function uploadLimits(options?: Options): Promise<Schemas["UploadLimits"]> {
  return getJson("/app/files/limits", options);
}

export function listProjects(options?: Options): Promise<Schemas["ProjectHeads"]> {
  return getJson(withMode("/app/projects"), options);
}

export interface TaskOrder {
  readonly attachments: readonly string[];
  readonly labels: readonly string[];
  readonly project: string;
  readonly makesProject: boolean;
  readonly instruction: string;
}

export function createTask(order: TaskOrder, options?: Options): Promise<Schemas["MadeTask"]> {
  const { attachments, labels, project, makesProject, instruction } = order;
  const params = {
    attachments,
    attachment_type: "json",
    labels,
    project,
    ...(instruction === "" ? {} : { instruction }),
  };
  const body = { type: "lidarannotation", params, makes_project: makesProject };
  return postJson(withMode("/app/tasks"), body, options);
}

/** Another task of the demo's frames. */
export function labelAgain(taskId: string): Promise<Schemas["MadeTask"]> {
  return postJson(withMode(`/app/tasks/${encodeURIComponent(taskId)}/again`), {});
}

/**
 * Send one file; `onSent` hears how many of its bytes are on their way.
 *
 * @throws Refused, Unreachable, or the signal's AbortError.
 */
export async function uploadFile(
  name: string,
  content: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<UploadedFile> {
  const query = new URLSearchParams({ name });
  const sha256 = await digestOf(content);
  if (sha256 !== null) query.set("sha256", sha256);
  signal.throwIfAborted();
  return send(withMode("/app/files", query), content, onSent, signal);
}

/** Of an XMLHttpRequest, because fetch does not tell how far it has come. */
function send(
  path: string,
  content: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const cancel = () => request.abort();
    signal.addEventListener("abort", cancel);
    request.upload.onprogress = ({ loaded }) => onSent(Math.min(loaded, content.size));
    request.onload = () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText) as UploadedFile);
      else reject(new Refused(request.status, sentenceOf(request)));
    };
    request.onerror = () => reject(new Unreachable(null));
    request.onabort = () => reject(signal.reason as Error);
    request.onloadend = () => signal.removeEventListener("abort", cancel);
    request.open("POST", path);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.send(content);
  });
}

function sentenceOf(request: XMLHttpRequest): string {
  try {
    const body = JSON.parse(request.responseText) as { readonly error?: unknown };
    if (typeof body.error === "string") return body.error;
  } catch {
    // A proxy's own page: the status is all there is to say.
  }
  return `The server answered ${request.status}.`;
}

/** In hexadecimal digits; null where the browser has no digests, which is outside of https. */
async function digestOf(content: Blob): Promise<string | null> {
  // The types say that it is always there.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return null;
  const digest = new Uint8Array(await subtle.digest("SHA-256", await content.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
