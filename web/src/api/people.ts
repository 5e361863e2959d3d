/** People, their groups and their work; for managers. */

import { getJson, type Options, postJson, putJson } from "./http";
import type { components } from "./schema.gen";
import { withMode } from "./tasks";
import type { AssignmentList, GroupView, Invited, Role, TeamWork } from "./types";

type Schemas = components["schemas"];

const person = (personId: string, verb: string) =>
  withMode(`/app/people/${encodeURIComponent(personId)}/${verb}`);
const group = (groupId: string) => `/app/groups/${encodeURIComponent(groupId)}`;

export function teamWork(options?: Options): Promise<TeamWork> {
  return getJson(withMode("/app/team-work"), options);
}

/** Somebody new; the answer has a link that signs them in once. */
export function invite(email: string, role: Role): Promise<Invited> {
  return postJson(withMode("/app/people"), { email, role });
}

export function newSignInLink(personId: string): Promise<Schemas["SignInLink"]> {
  return postJson(person(personId, "sign-in-link"), {});
}

export function giveRole(personId: string, role: Role): Promise<unknown> {
  return putJson(person(personId, "role"), { role });
}

export function setDisabled(personId: string, disabled: boolean): Promise<Schemas["LetGo"]> {
  return putJson(person(personId, "disabled"), { disabled });
}

export function removePerson(personId: string): Promise<Schemas["LetGo"]> {
  return postJson(person(personId, "remove"), {});
}

export function assignments(options?: Options): Promise<AssignmentList> {
  return getJson(withMode("/app/assignments"), options);
}

/** @param remove they leave the project, and with it its groups. */
export function changeAssignments(
  emails: readonly string[],
  projects: readonly string[],
  remove: boolean,
): Promise<AssignmentList> {
  return postJson(withMode("/app/assignments"), { emails, projects, remove });
}

/** @param project null: of all projects that are not archived. */
export async function listGroups(
  project: string | null,
  options?: Options,
): Promise<readonly GroupView[]> {
  const query = project === null ? new URLSearchParams() : new URLSearchParams({ project });
  const found = await getJson<Schemas["GroupList"]>(withMode("/app/groups", query), options);
  return found.groups;
}

export function makeGroup(
  project: string,
  name: string,
  emails: readonly string[],
): Promise<unknown> {
  const path = `/app/projects/${encodeURIComponent(project)}/groups`;
  return postJson(withMode(path), { name, emails });
}

/** The name and all members, in place of what was. */
export function rewriteGroup(
  groupId: string,
  name: string,
  emails: readonly string[],
): Promise<unknown> {
  return putJson(withMode(group(groupId)), { name, emails });
}

export function deleteGroup(groupId: string): Promise<unknown> {
  return postJson(withMode(`${group(groupId)}/delete`), {});
}
