import { useState } from "react";
import { assignments, listGroups, teamWork } from "../api/people";
import { people as listPeople } from "../api/queue";
import type { GroupView, Me, PersonView, PersonWork } from "../api/types";
import { ago, fullDate } from "../app/dates";
import { useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { SearchField } from "../panels/SearchField";
import { Groups } from "./Groups";
import { InvitePerson } from "./InvitePerson";
import { ManagePerson } from "./ManagePerson";
import { NotThere } from "./Problem";

const POLL_MS = 15_000;

/** A person with what is known of their work and place. */
export interface Member {
  readonly person: PersonView;
  /** Null while it is counted. */
  readonly work: PersonWork | null;
  readonly projects: readonly string[];
  readonly groups: readonly GroupView[];
}

/** Everybody of the account, for managers: what they may do, where they belong, what they do. */
export function People({ me }: { readonly me: Me }) {
  const { query } = useLocation();
  const world = query.get("mode") ?? "";
  const [search, setSearch] = useState("");
  const [inviting, setInviting] = useState(false);
  const [managed, setManaged] = useState<string | null>(null);
  const [loaded, reload] = useLoaded(world, loadPeople, () => POLL_MS);
  // Counting goes over all work: the list does not wait for it.
  const [work, recount] = useLoaded(world, (signal) => teamWork({ signal }), () => 4 * POLL_MS);
  const works = work.kind === "there" ? work.value.people : null;
  const { people, places, groups } =
    loaded.kind === "there" ? loaded.value : { people: [], places: [], groups: [] };
  const members = people.map((person) => ({
    person,
    work: works && (works.find((one) => one.person_id === person.person_id) ?? noWork(person)),
    projects: places.find((one) => one.email === person.email)?.projects ?? [],
    groups: groups.filter((one) => one.emails.includes(person.email)),
  }));
  const wanted = search.trim().toLowerCase();
  const shown = members.filter(({ person }) =>
    `${person.email} ${person.role}`.toLowerCase().includes(wanted),
  );
  const open = members.find(({ person }) => person.person_id === managed);
  const onChanged = () => {
    reload();
    recount();
  };
  return (
    <div className="page">
      <div className="page-head">
        <h1>People</h1>
        <div className="filters">
          <SearchField label="Search people" value={search} onSearch={setSearch} />
        </div>
        <button type="button" className="button primary" onClick={() => setInviting(true)}>
          Invite somebody
        </button>
      </div>
      <NotThere loaded={loaded} />
      {loaded.kind === "there" && (
        <>
          {loaded.stale && (
            <p className="note warn">The server cannot be reached; trying again.</p>
          )}
          {shown.length > 0 ? (
            <PeopleTable members={shown} me={me} onManage={setManaged} />
          ) : (
            <div className="card empty">
              <h2>Nobody is called so</h2>
              <p>“{search.trim()}” is in nobody’s address or role.</p>
            </div>
          )}
          {people.length === 1 && search === "" && <Alone />}
          <Groups groups={groups} places={places} project={null} onChanged={reload} />
        </>
      )}
      {inviting && <InvitePerson onClose={() => setInviting(false)} onInvited={reload} />}
      {open !== undefined && (
        <ManagePerson
          key={open.person.person_id}
          member={open}
          allGroups={groups}
          me={me}
          onChanged={onChanged}
          onClose={() => setManaged(null)}
        />
      )}
    </div>
  );
}

/** Of somebody who came after the work was counted. */
function noWork({ person_id }: PersonView): PersonWork {
  return { person_id, in_hand: 0, done: 0, active_at: null };
}

async function loadPeople(signal: AbortSignal) {
  const [everybody, placed, groups] = await Promise.all([
    listPeople({ signal }),
    assignments({ signal }),
    listGroups(null, { signal }),
  ]);
  return { people: everybody.people, places: placed.people, groups };
}

function Alone() {
  return (
    <p className="muted">
      You are alone here. Invite labelers and reviewers: each gets a link to sign in by, and finds
      their next task under “My queue”.
    </p>
  );
}

interface TableProps {
  readonly members: readonly Member[];
  readonly me: Me;
  readonly onManage: (personId: string) => void;
}

function PeopleTable({ members, me, onManage }: TableProps) {
  return (
    <div className="card">
      <table className="table people-table">
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">Role</th>
            <th scope="col">State</th>
            <th scope="col">Last seen</th>
            <th scope="col">Projects and groups</th>
            <th scope="col" title="Begun or given, and not handed in">
              In hand
            </th>
            <th scope="col" title="Handed in, and not returned">
              Done
            </th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <PersonRow
              key={member.person.person_id}
              member={member}
              isMe={member.person.person_id === me.person_id}
              onManage={() => onManage(member.person.person_id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly member: Member;
  readonly isMe: boolean;
  readonly onManage: () => void;
}

function PersonRow({ member, isMe, onManage }: RowProps) {
  const { person, work } = member;
  const seen = [person.signed_in_at, work?.active_at ?? null]
    .filter((at) => at !== null)
    .sort()
    .at(-1);
  return (
    <tr>
      <td className="cut" title={person.email}>
        {person.email}
        {isMe && <span className="muted"> · you</span>}
      </td>
      <td className="cut">
        {person.role}
        {person.is_admin && (
          <span
            className="muted"
            title="The first manager: nobody else can change what they may do"
          >
            {" "}
            · admin
          </span>
        )}
      </td>
      <td>
        <PersonState person={person} />
      </td>
      <td className="cut muted" title={seen === undefined ? undefined : fullDate(seen)}>
        {seen === undefined ? <span className="faint">Never</span> : ago(seen)}
      </td>
      <td className="cut" title={placesOf(member)}>
        {placesOf(member) === "" ? <span className="faint">–</span> : placesOf(member)}
      </td>
      <td className="numbers">{work === null ? <span className="faint">…</span> : work.in_hand}</td>
      <td className="numbers">{work === null ? <span className="faint">…</span> : work.done}</td>
      <td className="actions">
        <button
          type="button"
          className="button small"
          aria-label={`Manage ${person.email}`}
          onClick={onManage}
        >
          Manage
        </button>
      </td>
    </tr>
  );
}

/** Each project once, with the groups in it. */
function placesOf({ projects, groups }: Member): string {
  return projects
    .map((project) => {
      const names = groups
        .filter((one) => one.project === project && !one.is_singleton)
        .map((one) => one.name);
      return names.length === 0 ? project : `${project} (${names.join(", ")})`;
    })
    .join(", ");
}

export function PersonState({ person }: { readonly person: PersonView }) {
  if (person.is_disabled) return <span className="pill bad">Disabled</span>;
  if (person.signed_in_at !== null) return <span className="pill ok">Active</span>;
  return (
    <span
      className="pill warn"
      title={
        person.invited_until === undefined
          ? undefined
          : `Invited until ${fullDate(person.invited_until)}`
      }
    >
      Invited
    </span>
  );
}
