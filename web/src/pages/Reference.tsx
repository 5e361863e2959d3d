import { useState } from "react";
import { getJson } from "../api/http";
import { useLoaded } from "../app/useLoaded";
import {
  type Document,
  type Endpoint,
  type Field,
  fieldsOf,
  type Group,
  groupsOf,
  schemaIn,
  typeOf,
} from "./openapi";
import { NotThere } from "./Problem";

/** Every endpoint of this server, from its own OpenAPI document. */
export function Reference() {
  const [loaded] = useLoaded("", (signal) => getJson<Document>("/openapi.json", { signal }));
  const [search, setSearch] = useState("");
  return (
    <div className="page reference">
      <div className="page-head">
        <h1>API reference</h1>
        <div className="filters">
          <input
            type="search"
            className="input"
            aria-label="Search endpoints"
            placeholder="Search, e.g. post tags"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <a className="button small" href="/openapi.json">
            openapi.json
          </a>
        </div>
      </div>
      <NotThere loaded={loaded} />
      {loaded.kind === "there" && <Groups document={loaded.value} search={search} />}
    </div>
  );
}

function Groups({ document, search }: { readonly document: Document; readonly search: string }) {
  const groups = groupsOf(document, search);
  if (groups.length === 0) return <p className="muted">No endpoint has all of these words.</p>;
  return groups.map((group) => <GroupCard key={group.tag} document={document} group={group} />);
}

function GroupCard({ document, group }: { readonly document: Document; readonly group: Group }) {
  return (
    <section className="card">
      <header>
        <h2>{group.tag.replaceAll("_", " ")}</h2>
      </header>
      {group.endpoints.map((endpoint) => (
        <EndpointDetails
          key={`${endpoint.method} ${endpoint.path}`}
          document={document}
          endpoint={endpoint}
        />
      ))}
    </section>
  );
}

interface EndpointProps {
  readonly document: Document;
  readonly endpoint: Endpoint;
}

/** What is inside is made when it is opened: there are eighty of these. */
function EndpointDetails({ document, endpoint }: EndpointProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="endpoint" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code>
          <b>{endpoint.method}</b> {endpoint.path}
        </code>
        <span className="muted">{endpoint.operation.description}</span>
      </summary>
      {isOpen && <EndpointParts document={document} endpoint={endpoint} />}
    </details>
  );
}

function EndpointParts({ document, endpoint }: EndpointProps) {
  const { parameters = [], requestBody, responses } = endpoint.operation;
  const body = schemaIn(requestBody?.content);
  const given = parameters.map((one) => ({
    name: one.name,
    type: `${typeOf(one.schema)}, in the ${one.in}`,
    isRequired: one.required ?? false,
    meaning: one.description ?? "",
  }));
  return (
    <>
      {given.length > 0 && <Fields title="Parameters" fields={given} />}
      {requestBody !== undefined && (
        <>
          <h3>Body</h3>
          <p>
            {typeOf(body)} <span className="muted">{Object.keys(requestBody.content).join(", ")}</span>
          </p>
          {body?.description !== undefined && <p>{body.description}</p>}
          <Fields fields={fieldsOf(document, body)} />
        </>
      )}
      <h3>Answers</h3>
      {Object.entries(responses).map(([status, answer]) => (
        <div key={status}>
          <p>
            <b>{status}</b> {typeOf(schemaIn(answer.content))}
            {status !== "200" && <span className="muted"> {answer.description}</span>}
          </p>
          {status === "200" && <Fields fields={fieldsOf(document, schemaIn(answer.content))} />}
        </div>
      ))}
    </>
  );
}

function Fields({ title, fields }: { readonly title?: string; readonly fields: readonly Field[] }) {
  if (fields.length === 0) return null;
  return (
    <>
      {title !== undefined && <h3>{title}</h3>}
      <table className="table wrap">
        <tbody>
          {fields.map((field) => (
            <tr key={field.name}>
              <td className="mono">{field.name}</td>
              <td>
                {field.type}
                {field.isRequired && <b> required</b>}
              </td>
              <td>{field.meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
