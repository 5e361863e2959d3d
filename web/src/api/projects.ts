/** Projects and batches; for managers. Names are any text, so they are encoded in every path. */

import { getJson, type Options, postJson, putJson } from "./http";
import type { components } from "./schema.gen";
import { withMode } from "./tasks";
import type { BatchPlace, BatchView, ProjectView, ProjectWork } from "./types";

type Schemas = components["schemas"];

const project = (name: string, verb = "") => `/app/projects/${encodeURIComponent(name)}${verb}`;
const batch = (name: string, verb = "") => `/app/batches/${encodeURIComponent(name)}${verb}`;

export function projectOverview(options?: Options): Promise<Schemas["ProjectOverview"]> {
  return getJson(withMode("/app/project-overview"), options);
}

export function taskTypes(options?: Options): Promise<Schemas["TaskTypeList"]> {
  return getJson(withMode("/app/task-types"), options);
}

export interface NewProject {
  readonly name: string;
  readonly type: string;
  readonly params: unknown;
  /** Its batches take tasks until they are finalized. */
  readonly studio: boolean;
}

export function makeProject(made: NewProject): Promise<ProjectView> {
  return postJson(withMode("/app/projects"), made);
}

export function showProject(name: string, options?: Options): Promise<ProjectView> {
  return getJson(withMode(project(name)), options);
}

export function projectWork(name: string, offset: number, options?: Options): Promise<ProjectWork> {
  const query = new URLSearchParams({ limit: "50", offset: String(offset) });
  return getJson(withMode(project(name, "/batches"), query), options);
}

/** @param afterVersion the one that was in view; refused when there is a newer one. */
export function giveParams(
  name: string,
  params: unknown,
  afterVersion: number,
): Promise<ProjectView> {
  const body = { params, after_version: afterVersion };
  return postJson(withMode(project(name, "/params")), body);
}

export function giveOntology(
  name: string,
  ontology: unknown,
  called: string | null,
): Promise<ProjectView> {
  return postJson(withMode(project(name, "/ontology")), { ontology, name: called });
}

export function archiveProject(name: string, archived: boolean): Promise<unknown> {
  return putJson(withMode(project(name, "/archived")), { archived });
}

export interface NewBatch {
  readonly project: string;
  readonly name: string;
  readonly callback: string;
  readonly calibration_batch: boolean;
  readonly self_label_batch: boolean;
  readonly metadata: unknown;
}

export function makeBatch(made: NewBatch): Promise<unknown> {
  return postJson(withMode("/app/batches"), made);
}

export function showBatch(name: string, options?: Options): Promise<BatchView> {
  return getJson(withMode(batch(name)), options);
}

export function finalizeBatch(name: string): Promise<BatchView> {
  return postJson(withMode(batch(name, "/finalize")), {});
}

export function archiveBatch(name: string, archived: boolean): Promise<unknown> {
  return putJson(withMode(batch(name, "/archived")), { archived });
}

export function replaceMetadata(name: string, metadata: unknown): Promise<unknown> {
  return putJson(withMode(batch(name, "/metadata")), { metadata });
}

export function batchPlace(name: string, options?: Options): Promise<BatchPlace> {
  return getJson(withMode(batch(name, "/place")), options);
}

/** @param place from 1 on, among all that are pending. */
export function moveBatch(name: string, place: number): Promise<BatchPlace> {
  return putJson(withMode(batch(name, "/place")), { place });
}

/** @param groups names of groups, or e-mail addresses; none: everybody of the project. */
export function keepBatchFor(name: string, groups: readonly string[]): Promise<BatchPlace> {
  return putJson(withMode(batch(name, "/groups")), { groups });
}
