/** The server's own description of its endpoints, as the reference page shows it. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Operation {
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Content }>
  >;
}

export interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export interface Group {
  readonly tag: string;
  readonly endpoints: readonly Endpoint[];
}

/** What the page uses itself comes last: customers call the rest. */
const LAST = "browser";

/** The endpoints that hold every word of the search in their method, path or description. */
export function groupsOf(document: Document, search: string): Group[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Endpoint[]>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const text = `${method} ${path} ${operation.description ?? ""}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      const tag = operation.tags?.[0] ?? "other";
      const group = groups.get(tag) ?? [];
      groups.set(tag, group);
      group.push({ method: method.toUpperCase(), path, operation });
    }
  }
  return [...groups]
    .map(([tag, endpoints]) => ({ tag, endpoints }))
    .sort((a, b) => Number(a.tag === LAST) - Number(b.tag === LAST) || (a.tag < b.tag ? -1 : 1));
}

/** A type in a word or two: `string`, `array of PublicTask`, `integer or null`. */
export function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return "anything";
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(" or ");
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(" or ");
  if (schema.type === "array") return `array of ${typeOf(schema.items)}`;
  return typeof schema.type === "string" ? schema.type : (schema.type?.join(" or ") ?? "anything");
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly meaning: string;
}

/** The fields of an object, or of those that a list or a choice is of; one level deep. */
export function fieldsOf(document: Document, schema: Schema | undefined): Field[] {
  if (schema === undefined) return [];
  if (schema.$ref !== undefined) {
    return fieldsOf(document, document.components.schemas[nameOf(schema.$ref)]);
  }
  if (schema.items !== undefined) return fieldsOf(document, schema.items);
  const choice = (schema.oneOf ?? schema.anyOf)?.find((one) => one.$ref !== undefined);
  if (choice !== undefined) return fieldsOf(document, choice);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    type: typeOf(field),
    isRequired: schema.required?.includes(name) ?? false,
    meaning: field.description ?? "",
  }));
}

export function schemaIn(content: Content | undefined): Schema | undefined {
  return content === undefined ? undefined : Object.values(content)[0]?.schema;
}

function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}
