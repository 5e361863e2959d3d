/** The shapes of /app, as the server's Structs say them. */

import type { StageConfig } from "../model/taxonomy";

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

export type TaskState =
  | "created"
  | "ingesting"
  | "ready"
  | "in_progress"
  | "in_review"
  | "completed"
  | "error"
  | "canceled";

export interface TaskHead {
  readonly task_id: string;
  readonly type: string;
  readonly state: TaskState;
  readonly project: string | null;
  readonly unique_id: string | null;
  readonly created_at: string;
  readonly completed_at: string | null;
  readonly frames_total: number;
  readonly frames_settled: number;
  readonly frames_failed: number;
  readonly lease_holder: string | null;
}

export interface TaskPage {
  readonly tasks: readonly TaskHead[];
  readonly total: number;
  readonly next_token: string | null;
}

export interface BadFrame {
  readonly frame: number;
  readonly message: string;
  readonly url: string;
  readonly status_code: number | null;
}

export interface TaskEvent {
  readonly event: string;
  readonly at: string;
}

export interface TaskDetail extends TaskHead {
  readonly instruction: string | null;
  readonly callback_url: string | null;
  readonly response_url: string | null;
  readonly error: string | null;
  readonly bad_frames: readonly BadFrame[];
  readonly params: unknown;
  readonly events: readonly TaskEvent[];
}

export interface Attempt {
  readonly attempt: number;
  readonly at: string;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly outcome: string;
}

export interface Delivery {
  readonly delivery_id: string;
  readonly event: string;
  readonly url: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly created_at: string;
  readonly next_attempt_at?: string;
  readonly attempts: readonly Attempt[];
}

export interface Deliveries {
  readonly deliveries: readonly Delivery[];
}

// Work -------------------------------------------------------------------------------------------

type Vec3 = readonly [number, number, number];
type Quaternion = readonly [number, number, number, number];

/** A stored file; its address is in `Work.urls`. */
export interface BlobRef {
  readonly sha256: string;
  readonly size_bytes: number;
  readonly content_type: string;
}

export interface SceneLens {
  readonly model: "brown_conrady" | "fisheye";
  readonly fx_px: number;
  readonly fy_px: number;
  readonly cx_px: number;
  readonly cy_px: number;
  readonly skew: number;
  readonly scale_factor: number;
  readonly width_px: number;
  readonly height_px: number;
  readonly coefficients: Readonly<Record<string, number>>;
}

export interface CameraImage {
  readonly camera: number;
  readonly name: string;
  readonly image: BlobRef;
  readonly exif_orientation: number;
  readonly time_ns: number;
  readonly position_m: Vec3;
  readonly rotation_wxyz: Quaternion;
  readonly lens: SceneLens;
}

export interface SceneFrame {
  readonly index: number;
  readonly time_ns: number;
  readonly device_position_m: Vec3;
  readonly device_rotation_wxyz: Quaternion | null;
  readonly points: { readonly blob: BlobRef; readonly count: number };
  readonly images: readonly CameraImage[];
}

export interface Scene {
  readonly epoch_ns: string;
  readonly origin_m: Vec3;
  readonly cameras: readonly { readonly index: number; readonly name: string }[];
  readonly frames: readonly SceneFrame[];
}

/** `mine`: it is this person's, in whatever window. */
export interface LeaseHolder {
  readonly holder: string | null;
  readonly mine: boolean;
}

export interface Work {
  readonly task_id: string;
  readonly type: string;
  readonly state: TaskState;
  readonly project: string | null;
  readonly instruction: string | null;
  readonly config: StageConfig;
  readonly scene: Scene;
  /** By sha256. */
  readonly urls: Readonly<Record<string, string>>;
  readonly document_id: string;
  readonly seq: number;
  readonly parts: readonly StoredPart[];
  readonly lease: LeaseHolder;
}

export interface Lease extends LeaseKey {
  readonly expires_at: string;
  readonly holder: string;
}

export interface LoggedTransaction {
  readonly op_id: string;
  readonly seq: number;
  readonly actor: string;
  readonly at: string;
  readonly changes: readonly Change[];
}

export interface News {
  readonly transactions: readonly LoggedTransaction[];
  readonly seq: number;
  readonly state: TaskState;
  readonly lease: LeaseHolder;
}
