/** The shapes of /app, as the server's Structs say them. */

export type Role = "labeler" | "reviewer" | "manager";

export interface Me {
  readonly person_id: string;
  readonly email: string;
  readonly role: Role;
}

export interface Change {
  readonly object_id: string;
  readonly part: string;
  readonly base: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Transaction {
  readonly op_id: string;
  readonly at: string;
  readonly active_ms: number;
  readonly changes: readonly Change[];
}

export interface StoredPart {
  readonly object_id: string;
  readonly part: string;
  readonly op_id: string;
  readonly value: unknown;
}

export interface Acknowledged {
  readonly op_id: string;
  readonly seq: number;
}

export interface Refusal {
  readonly op_id: string;
  readonly refused: string;
  readonly parts: readonly StoredPart[];
}

export interface SendReply {
  readonly results: readonly (Acknowledged | Refusal)[];
  readonly seq: number;
}

export interface LeaseKey {
  readonly lease_id: string;
  readonly fence: number;
}
