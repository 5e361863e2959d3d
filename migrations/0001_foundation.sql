-- The foundation: tenants, people, keys, tasks, scenes, documents, delivery.
--
-- Rules of this schema (ARCHITECTURE.md, "Tenancy"):
-- * every tenant table leads its keys and indexes with account_id, mode;
-- * row-level security filters by the account and mode of the transaction
--   (groundplane.account_id, groundplane.mode), set by storage.database.transaction;
-- * the application connects as groundplane_app, which owns nothing;
-- * what must be found before the tenant is known (a key, a session, a capability)
--   goes through a SECURITY DEFINER function that takes a hash and returns one row.

CREATE TYPE mode AS ENUM ('live', 'test');
CREATE TYPE task_state AS ENUM (
    'created', 'ingesting', 'ready', 'in_progress', 'in_review', 'completed', 'error', 'canceled'
);
CREATE TYPE stage_state AS ENUM (
    'waiting', 'ready', 'claimed', 'submitted', 'in_review', 'done', 'skipped'
);
CREATE TYPE delivery_state AS ENUM ('pending', 'delivered', 'failed');

CREATE FUNCTION current_account_id() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('groundplane.account_id', true), '') $$;
CREATE FUNCTION current_mode() RETURNS mode LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('groundplane.mode', true), '')::mode $$;

-- One row: what this database is (settings that the first start decides).
CREATE TABLE instance (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    instance_id uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO instance DEFAULT VALUES;

CREATE TABLE account (
    account_id text PRIMARY KEY CHECK (account_id ~ '^[0-9a-f]{24}$'),
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE person (
    account_id text NOT NULL REFERENCES account,
    person_id text NOT NULL CHECK (person_id ~ '^[0-9a-f]{24}$'),
    email text NOT NULL,
    role text NOT NULL CHECK (role IN ('labeler', 'reviewer', 'manager')),
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    PRIMARY KEY (account_id, person_id)
);
CREATE UNIQUE INDEX person_email ON person (account_id, lower(email));

CREATE TABLE sign_in_link (
    account_id text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    person_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, token_hash),
    FOREIGN KEY (account_id, person_id) REFERENCES person
);

CREATE TABLE session (
    account_id text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    person_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (account_id, token_hash),
    FOREIGN KEY (account_id, person_id) REFERENCES person
);

CREATE TABLE api_key (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    key_id text NOT NULL,
    key_hash bytea NOT NULL UNIQUE,
    prefix text NOT NULL,
    last4 text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    PRIMARY KEY (account_id, mode, key_id)
);

-- The value sent as scale-callback-auth, sealed with the instance's secret (never in clear).
CREATE TABLE callback_secret (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (account_id, mode)
);

CREATE TABLE project (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    project_id text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, project_id),
    UNIQUE (account_id, mode, name)
);

CREATE TABLE task (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    task_id text NOT NULL CHECK (task_id ~ '^[0-9a-f]{24}$'),
    type text NOT NULL,
    state task_state NOT NULL,
    project_id text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    completed_at timestamptz,
    unique_id text,
    clear_unique_id_on_error boolean NOT NULL DEFAULT false,
    priority integer NOT NULL DEFAULT 0,
    instruction text,
    callback_url text,
    metadata jsonb NOT NULL DEFAULT '{}',
    tags text[] NOT NULL DEFAULT '{}',
    work_started boolean NOT NULL DEFAULT false,
    callback_succeeded boolean,
    response jsonb,
    event_seq integer NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, mode, task_id),
    FOREIGN KEY (account_id, mode, project_id) REFERENCES project
);
CREATE UNIQUE INDEX task_unique_id ON task (account_id, mode, unique_id) WHERE unique_id IS NOT NULL;
CREATE INDEX task_listed ON task (account_id, mode, created_at DESC, task_id DESC);
CREATE INDEX task_updated ON task (account_id, mode, updated_at);
CREATE INDEX task_completed ON task (account_id, mode, completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX task_tags ON task USING gin (tags);

-- Params apart from the row that lists scan: zstd-compressed JSON as validated and defaulted.
CREATE TABLE task_params (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    params_zstd bytea NOT NULL,
    PRIMARY KEY (account_id, mode, task_id),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task
);

-- One row per move of a task, written in the statement that compares the old state.
-- News travels upward as these rows: callbacks reads them, tasks has never heard of callbacks.
CREATE TABLE task_event (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    seq integer NOT NULL,
    event text NOT NULL,
    from_state task_state,
    to_state task_state NOT NULL,
    at timestamptz NOT NULL,
    noticed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, mode, task_id, seq),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task
);
CREATE INDEX task_event_unnoticed ON task_event (at) WHERE NOT noticed;

CREATE TABLE blob (
    account_id text NOT NULL REFERENCES account,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, sha256)
);

-- What a customer or a browser may read with no key: a 128-bit secret in the path.
CREATE TABLE capability (
    account_id text NOT NULL,
    mode mode NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    task_id text NOT NULL,
    sha256 text NOT NULL,
    content_type text NOT NULL,
    content_encoding text,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    PRIMARY KEY (account_id, mode, token_hash),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task,
    FOREIGN KEY (account_id, sha256) REFERENCES blob
);
CREATE INDEX capability_task ON capability (account_id, mode, task_id);
CREATE INDEX capability_blob ON capability (account_id, sha256);

-- Which tasks need a blob, of either mode; the sweep deletes blobs that none needs.
CREATE TABLE blob_use (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    sha256 text NOT NULL,
    PRIMARY KEY (account_id, sha256, mode, task_id),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task,
    FOREIGN KEY (account_id, sha256) REFERENCES blob
);
CREATE INDEX blob_use_task ON blob_use (account_id, mode, task_id);

-- Ingest: one row per attachment; `manifest` is the frame as scenes.model writes it, `error` the
-- sentence and statusCode when it could not be read. Exactly one of the two once `settled_at`.
CREATE TABLE scene_frame (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    frame_index integer NOT NULL CHECK (frame_index >= 0),
    attachment_url text NOT NULL,
    manifest jsonb,
    error jsonb,
    settled_at timestamptz,
    PRIMARY KEY (account_id, mode, task_id, frame_index),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task,
    CHECK ((settled_at IS NULL) = (manifest IS NULL AND error IS NULL)),
    CHECK (manifest IS NULL OR error IS NULL)
);

-- The scene once every frame is in: frames in time, cameras, origin (scenes.model.Scene as JSON).
CREATE TABLE scene (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    manifest jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, task_id),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task
);

CREATE TABLE stage (
    account_id text NOT NULL,
    mode mode NOT NULL,
    stage_id text NOT NULL,
    task_id text NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    state stage_state NOT NULL,
    config jsonb NOT NULL,
    -- lease: who works on it; the fence grows with every claim and is compared by every write.
    lease_id uuid,
    lease_fence integer NOT NULL DEFAULT 0,
    lease_person_id text,
    lease_client_id text,
    lease_expires_at timestamptz,
    -- the sequence number of the document that submit pinned
    submitted_revision bigint,
    submitted_by text,
    submitted_at timestamptz,
    PRIMARY KEY (account_id, mode, stage_id),
    UNIQUE (account_id, mode, task_id, position),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task
);

CREATE TABLE document (
    account_id text NOT NULL,
    mode mode NOT NULL,
    document_id text NOT NULL,
    task_id text NOT NULL,
    pass text NOT NULL DEFAULT 'main',
    seq bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, document_id),
    UNIQUE (account_id, mode, task_id, pass),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task
);

-- The append-only log: one row per transaction, accepted or refused whole.
CREATE TABLE document_transaction (
    account_id text NOT NULL,
    mode mode NOT NULL,
    document_id text NOT NULL,
    seq bigint NOT NULL,
    op_id uuid NOT NULL,
    stage_id text NOT NULL,
    lease_id uuid NOT NULL,
    lease_fence integer NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    active_ms integer NOT NULL,
    changes jsonb NOT NULL,
    PRIMARY KEY (account_id, mode, document_id, seq, received_at)
) PARTITION BY RANGE (received_at);
CREATE TABLE document_transaction_default PARTITION OF document_transaction DEFAULT;

-- op_id is made by the client and names a transaction for ever, over all partitions of the log.
CREATE TABLE document_op (
    account_id text NOT NULL,
    mode mode NOT NULL,
    document_id text NOT NULL,
    op_id uuid NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (account_id, mode, document_id, op_id),
    FOREIGN KEY (account_id, mode, document_id) REFERENCES document
);

-- The head of the log: the last write of every part. A row whose value is NULL is a deleted part,
-- kept so that its op_id can be compared.
CREATE TABLE document_part (
    account_id text NOT NULL,
    mode mode NOT NULL,
    document_id text NOT NULL,
    object_id text NOT NULL,
    part text NOT NULL,
    op_id uuid NOT NULL,
    -- When the part was written first: objects are listed in the order in which they were made.
    first_seq bigint NOT NULL,
    value jsonb,
    PRIMARY KEY (account_id, mode, document_id, object_id, part),
    FOREIGN KEY (account_id, mode, document_id) REFERENCES document
);

CREATE TABLE document_snapshot (
    account_id text NOT NULL,
    mode mode NOT NULL,
    document_id text NOT NULL,
    seq bigint NOT NULL,
    parts_zstd bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, document_id, seq),
    FOREIGN KEY (account_id, mode, document_id) REFERENCES document
);

-- One row per event that a customer is told of; the payload is what was true at the event.
CREATE TABLE callback_delivery (
    account_id text NOT NULL,
    mode mode NOT NULL,
    delivery_id uuid NOT NULL,
    task_id text NOT NULL,
    event_seq integer NOT NULL,
    url text NOT NULL,
    payload_zstd bytea NOT NULL,
    state delivery_state NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    claimed_until timestamptz, -- a job has the next attempt in hand until then
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    PRIMARY KEY (account_id, mode, delivery_id),
    UNIQUE (account_id, mode, task_id, event_seq),
    FOREIGN KEY (account_id, mode, task_id, event_seq)
        REFERENCES task_event (account_id, mode, task_id, seq)
);
CREATE INDEX callback_due ON callback_delivery (next_attempt_at) WHERE state = 'pending';

CREATE TABLE callback_attempt (
    account_id text NOT NULL,
    mode mode NOT NULL,
    delivery_id uuid NOT NULL,
    attempt integer NOT NULL,
    at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    status integer,
    outcome text NOT NULL,
    PRIMARY KEY (account_id, mode, delivery_id, attempt),
    FOREIGN KEY (account_id, mode, delivery_id) REFERENCES callback_delivery
);

-- A job that failed for good, for a manager to see and retry.
CREATE TABLE dead_letter (
    account_id text NOT NULL,
    mode mode NOT NULL,
    dead_letter_id uuid NOT NULL DEFAULT gen_random_uuid(),
    job_id bigint NOT NULL,
    job_name text NOT NULL,
    queue_name text NOT NULL,
    args jsonb NOT NULL,
    attempts integer NOT NULL,
    cause text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    retried_at timestamptz,
    PRIMARY KEY (account_id, mode, dead_letter_id)
);

-- Row-level security -----------------------------------------------------------------------

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['person', 'sign_in_link', 'session', 'blob'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (account_id = current_account_id())', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY[
        'api_key', 'callback_secret', 'project', 'task', 'task_params', 'task_event', 'capability',
        'blob_use', 'scene_frame', 'scene', 'stage', 'document', 'document_transaction',
        'document_transaction_default', 'document_op', 'document_part', 'document_snapshot',
        'callback_delivery', 'callback_attempt', 'dead_letter'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (account_id = current_account_id() AND mode = current_mode())',
            name);
    END LOOP;
END $$;
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON account USING (account_id = current_account_id());

-- What must be found before the tenant is known --------------------------------------------

CREATE FUNCTION find_api_key(hash bytea)
    RETURNS TABLE (account_id text, mode mode, key_id text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT k.account_id, k.mode, k.key_id FROM api_key k
          WHERE k.key_hash = hash AND k.revoked_at IS NULL $$;

CREATE FUNCTION find_session(hash bytea)
    RETURNS TABLE (account_id text, person_id text, email text, role text, expires_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT s.account_id, s.person_id, p.email, p.role, s.expires_at
          FROM session s JOIN person p USING (account_id, person_id)
          WHERE s.token_hash = hash AND s.ended_at IS NULL AND s.expires_at > now()
            AND p.disabled_at IS NULL $$;

-- A link works once: the UPDATE is the lock.
CREATE FUNCTION redeem_sign_in_link(hash bytea)
    RETURNS TABLE (account_id text, person_id text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ UPDATE sign_in_link l SET used_at = now()
          WHERE l.token_hash = hash AND l.used_at IS NULL AND l.expires_at > now()
          RETURNING l.account_id, l.person_id $$;

CREATE FUNCTION find_capability(hash bytea)
    RETURNS TABLE (account_id text, mode mode, sha256 text, size_bytes bigint,
                   content_type text, content_encoding text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.account_id, c.mode, c.sha256, b.size_bytes, c.content_type, c.content_encoding
          FROM capability c JOIN blob b USING (account_id, sha256)
          WHERE c.token_hash = hash AND c.revoked_at IS NULL $$;

-- What housekeeping looks for in all tenants; each returns names, never content.
CREATE FUNCTION unnoticed_task_events(most integer)
    RETURNS TABLE (account_id text, mode mode, task_id text, seq integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT e.account_id, e.mode, e.task_id, e.seq FROM task_event e
          WHERE NOT e.noticed ORDER BY e.at LIMIT most $$;

CREATE FUNCTION due_callbacks(most integer)
    RETURNS TABLE (account_id text, mode mode, delivery_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT d.account_id, d.mode, d.delivery_id FROM callback_delivery d
          WHERE d.state = 'pending' AND d.next_attempt_at <= now()
            AND (d.claimed_until IS NULL OR d.claimed_until <= now())
          ORDER BY d.next_attempt_at LIMIT most $$;

CREATE FUNCTION unused_blobs(older_than_s integer, most integer)
    RETURNS TABLE (account_id text, sha256 text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT b.account_id, b.sha256 FROM blob b
          WHERE b.created_at < now() - make_interval(secs => older_than_s)
            AND NOT EXISTS (SELECT 1 FROM blob_use u
                            WHERE u.account_id = b.account_id AND u.sha256 = b.sha256)
            AND NOT EXISTS (SELECT 1 FROM capability c
                            WHERE c.account_id = b.account_id AND c.sha256 = b.sha256)
          ORDER BY b.created_at LIMIT most $$;

-- A blob belongs to both modes of an account, and a transaction sees the uses of one only.
CREATE FUNCTION blob_in_use(digest text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM blob_use u
                         WHERE u.account_id = current_account_id() AND u.sha256 = digest)
              OR EXISTS (SELECT 1 FROM capability c
                         WHERE c.account_id = current_account_id() AND c.sha256 = digest) $$;

-- The first start asks whether there is anybody at all.
CREATE FUNCTION only_account_id() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT account_id FROM account ORDER BY created_at LIMIT 1 $$;

GRANT USAGE ON SCHEMA public TO groundplane_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO groundplane_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO groundplane_app;
REVOKE INSERT, UPDATE, DELETE ON instance FROM groundplane_app;
-- The log is append-only for the application, whatever its code does.
REVOKE UPDATE, DELETE ON document_transaction, document_transaction_default, document_op FROM groundplane_app;
