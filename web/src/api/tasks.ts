/** Reading tasks, their deliveries and failed jobs. The world (live or test) is that of the address bar. */

import { getJson, type Options, postJson } from "./http";
import type {
  CallbackSecrets,
  DeadLetters,
  Deliveries,
  DeliveryPage,
  NewSceneCheck,
  SceneCheck,
  SceneFinding,
  TaskDetail,
  TaskPage,
} from "./types";

function withMode(path: string, query: URLSearchParams = new URLSearchParams()): string {
  if (new URLSearchParams(location.search).get("mode") === "test") query.set("mode", "test");
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

export interface TaskQuery {
  readonly status?: string;
  readonly type?: string;
  readonly project?: string;
  readonly batch?: string;
  readonly nextToken?: string;
}

export function listTasks(wanted: TaskQuery, options?: Options): Promise<TaskPage> {
  const query = new URLSearchParams({ limit: "50" });
  if (wanted.status) query.set("status", wanted.status);
  if (wanted.type) query.set("type", wanted.type);
  if (wanted.project) query.set("project", wanted.project);
  if (wanted.batch) query.set("batch", wanted.batch);
  if (wanted.nextToken) query.set("next_token", wanted.nextToken);
  return getJson(withMode("/app/tasks", query), options);
}

export function taskDetail(taskId: string, options?: Options): Promise<TaskDetail> {
  return getJson(withMode(`/app/tasks/${encodeURIComponent(taskId)}`), options);
}

/** What is wrong with the scene of a task; addresses of pictures are those of the same world. */
export async function sceneCheck(taskId: string, options?: Options): Promise<SceneCheck> {
  const path = `/app/tasks/${encodeURIComponent(taskId)}/check`;
  const check = await getJson<SceneCheck>(withMode(path), options);
  return { ...check, findings: check.findings.map(inThisWorld) };
}

/** Of attachments that are no task's yet. @returns what `newSceneCheck` and `stopSceneCheck` take. */
export async function startSceneCheck(attachments: readonly string[], options?: Options): Promise<string> {
  const { check_id: checkId } = await postJson<{ readonly check_id: string }>(
    withMode("/app/checks"),
    { attachments },
    options,
  );
  return checkId;
}

export async function newSceneCheck(checkId: string, options?: Options): Promise<NewSceneCheck> {
  const path = withMode(`/app/checks/${encodeURIComponent(checkId)}`);
  const check = await getJson<NewSceneCheck>(path, options);
  return { ...check, findings: check.findings.map(inThisWorld) };
}

/** Also when the page is left. */
export function stopSceneCheck(checkId: string): Promise<unknown> {
  const path = withMode(`/app/checks/${encodeURIComponent(checkId)}/stop`);
  return postJson(path, {}, { keepalive: true });
}

function inThisWorld(finding: SceneFinding): SceneFinding {
  const { picture_url: picture } = finding;
  return { ...finding, picture_url: picture === null ? null : withMode(picture) };
}

export function taskCallbacks(taskId: string, options?: Options): Promise<Deliveries> {
  return getJson(withMode(`/app/tasks/${encodeURIComponent(taskId)}/callbacks`), options);
}

/** The value of the header `scale-callback-auth`, and what callbacks are signed with; for managers. */
export function callbackSecret(): Promise<CallbackSecrets> {
  return getJson(withMode("/app/callback-secret"));
}

export function rotateSigningSecret(): Promise<CallbackSecrets> {
  return postJson(withMode("/app/callback-secret/rotate-signing"), {});
}

export function resendCallback(deliveryId: string): Promise<unknown> {
  return postJson(withMode(`/app/callbacks/${encodeURIComponent(deliveryId)}/resend`), {});
}

/** Of all tasks and batches, newest first; `state` is one of the server's words for the filter. */
export function newestCallbacks(
  wanted: { readonly state: string; readonly nextToken: string },
  options?: Options,
): Promise<DeliveryPage> {
  const query = new URLSearchParams({ limit: "50", state: wanted.state });
  if (wanted.nextToken !== "") query.set("next_token", wanted.nextToken);
  return getJson(withMode("/app/callbacks", query), options);
}

export function tryEndpoint(endpoint: string): Promise<unknown> {
  return postJson(withMode("/app/callback-endpoints/try"), { endpoint });
}

export function deadLetters(options?: Options): Promise<DeadLetters> {
  return getJson(withMode("/app/dead-letters"), options);
}

export function retryDeadLetter(deadLetterId: string): Promise<unknown> {
  return postJson(withMode(`/app/dead-letters/${encodeURIComponent(deadLetterId)}/retry`), {});
}

export { withMode };
