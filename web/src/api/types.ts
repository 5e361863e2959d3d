/** The shapes of /app, named from the types that are generated from the server's own Structs. */

import type { components } from "./schema.gen";

type Schemas = components["schemas"];

/** What came from the server is read, never written to. */
type Read<T> = T extends object ? { readonly [K in keyof T]: Read<T[K]> } : T;

export type Role = Schemas["Role"];
export type Me = Read<Schemas["Me"]>;
export type Preference = Read<Schemas["Preference"]>;

export type TaskState = Schemas["State"];
export type TaskHead = Read<Schemas["TaskHead"]>;
export type TaskPage = Read<Schemas["TaskHeads"]>;
export type Dependence = Read<Schemas["Dependence"]>;
export type DependentTask = Read<Schemas["DependentTask"]>;
export type TaskDetail = Read<Schemas["TaskDetail"]>;
export type TaskEvent = Read<Schemas["TaskEvent"]>;
export type SceneCheck = Read<Schemas["SceneCheck"]>;
export type NewSceneCheck = Read<Schemas["NewSceneCheck"]>;
export type TrialFailure = Read<Schemas["TrialFailure"]>;
export type SceneFinding = Read<Schemas["SceneFinding"]>;
export type BadFrame = Read<Schemas["BadFrame"]>;

export type Attempt = Read<Schemas["AttemptView"]>;
export type Delivery = Read<Schemas["DeliveryView"]>;
export type CallbackSecrets = Read<Schemas["CallbackSecret"]>;
export type Deliveries = Read<Schemas["DeliveryList"]>;
export type DeliveryPage = Read<Schemas["DeliveryPage"]>;
export type RestingEndpoint = Read<Schemas["EndpointView"]>;

export type DeadLetter = Read<Schemas["DeadLetterView"]>;
export type DeadLetters = Read<Schemas["DeadLetterList"]>;

export type BlobRef = Read<Schemas["BlobRef"]>;
export type SceneLens = Read<Schemas["Lens"]>;
export type CameraImage = Read<Schemas["CameraImage"]>;
export type SceneFrame = Read<Schemas["Frame"]>;
export type Scene = Read<Schemas["Scene"]>;

export type Change = Read<Schemas["SentChange"]>;
export type Transaction = Read<Schemas["Transaction"]>;
export type StoredPart = Read<Schemas["StoredPart"]>;
export type Acknowledged = Read<Schemas["Acknowledged"]>;
export type Refusal = Read<Schemas["Refused"]>;
export type KnownOps = Read<Schemas["KnownOps"]>;
export type SendReply = Read<Schemas["Received"]>;
export type LeaseKey = Read<Schemas["LeaseKey"]>;
export type Lease = Read<Schemas["ClaimedLease"]>;
export type LeaseHolder = Read<Schemas["Lease"]>;
export type LoggedTransaction = Read<Schemas["LoggedTransaction"]>;
export type Present = Read<Schemas["Present"]>;
export type History = Read<Schemas["History"]>;
export type Revision = Read<Schemas["Revision"]>;
export type News = Read<Schemas["News"]>;
export type Picture = Read<Schemas["Picture"]>;
export type Instructions = Read<Schemas["Instructions"]>;
export type Work = Read<Schemas["Work"]>;
export type Severity = Work["checks"][string];
export type WorkCheckRule = Read<Schemas["WorkCheckRule"]>;
export type WorkCheckRules = Read<Schemas["WorkCheckRules"]>;
export type Review = Read<Schemas["Review"]>;
export type Waiting = Read<Schemas["Waiting"]>;
export type Held = Read<Schemas["Held"]>;
export type WorkQueue = Read<Schemas["WorkQueue"]>;
export type InReview = Read<Schemas["InReview"]>;
export type ReviewQueue = Read<Schemas["ReviewQueue"]>;
export type ReviewRule = Read<Schemas["ReviewRule"]>;
export type ReviewRules = Read<Schemas["ReviewRules"]>;
export type AfterDelivery = Read<Schemas["AfterDelivery"]>;
export type GivenAudit = Read<Schemas["GivenAudit"]>;
export type OpenFix = Read<Schemas["OpenFix"]>;
export type Opinion = Schemas["GivenOpinion"]["opinion"];
export type Assignment = Read<Schemas["Assignment"]>;
export type Given = Read<Schemas["Given"]>;
export type PersonList = Read<Schemas["PersonList"]>;

export type PersonView = Read<Schemas["PersonView"]>;
export type Invited = Read<Schemas["Invited"]>;
export type TeamWork = Read<Schemas["TeamWork"]>;
export type PersonWork = Read<Schemas["PersonWork"]>;
export type GroupView = Read<Schemas["GroupView"]>;
export type AssignmentList = Read<Schemas["AssignmentList"]>;
export type ProjectLine = Read<Schemas["ProjectLine"]>;
export type ProjectView = Read<Schemas["ProjectView"]>;
export type ProjectWork = Read<Schemas["ProjectWork"]>;
export type ParamsVersion = Read<Schemas["ParamsVersion"]>;
export type OntologyVersion = Read<Schemas["OntologyVersion"]>;
export type TaskCounts = Read<Schemas["TaskCounts"]>;
export type TaskTypeView = Read<Schemas["TaskTypeView"]>;
export type BatchLine = Read<Schemas["BatchLine"]>;
export type BatchView = Read<Schemas["BatchView"]>;
export type BatchPlace = Read<Schemas["BatchPlace"]>;
export type BucketKey = Read<Schemas["BucketKey"]>;
export type BucketKeyList = Read<Schemas["BucketKeyList"]>;
export type BucketChecked = Read<Schemas["BucketChecked"]>;
export type GivenBucketKey = Read<Schemas["GivenKey"]>;
