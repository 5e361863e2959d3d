-- Versioned parameters of projects, batches of tasks, teams, and who is to work on what.

-- Projects -----------------------------------------------------------------------------------

ALTER TABLE project
    ADD COLUMN rapid boolean NOT NULL DEFAULT false,
    ADD COLUMN studio boolean NOT NULL DEFAULT false,
    ADD COLUMN pipeline text,
    ADD COLUMN num_attempts integer,
    ADD COLUMN dataset_id text,
    ADD COLUMN archived_at timestamptz;

-- `params` is json, not jsonb: the order of labels' and attributes' keys is what people see.
CREATE TABLE project_params (
    account_id text NOT NULL,
    mode mode NOT NULL,
    project_id text NOT NULL,
    version integer NOT NULL CHECK (version >= 0),
    params json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, project_id, version),
    FOREIGN KEY (account_id, mode, project_id) REFERENCES project
);
INSERT INTO project_params (account_id, mode, project_id, version, params, created_at)
    SELECT account_id, mode, project_id, 0, '{}', created_at FROM project;

CREATE TABLE project_ontology (
    account_id text NOT NULL,
    mode mode NOT NULL,
    project_id text NOT NULL,
    version integer NOT NULL CHECK (version >= 0),
    name text,
    ontology json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, project_id, version),
    FOREIGN KEY (account_id, mode, project_id) REFERENCES project
);

-- Batches ------------------------------------------------------------------------------------

CREATE TABLE batch (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    batch_id text NOT NULL,
    project_id text NOT NULL,
    name text NOT NULL,
    callback text,
    calibration boolean NOT NULL DEFAULT false,
    self_label boolean NOT NULL DEFAULT false,
    metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- NULL while customers still add tasks; batches of ordinary projects never wait.
    finalized_at timestamptz,
    -- Since when it has tasks of which none is pending.
    completed_at timestamptz,
    last_audited_at timestamptz,
    archived_at timestamptz,
    studio_priority integer,
    event_seq integer NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, mode, batch_id),
    UNIQUE (account_id, mode, name),
    FOREIGN KEY (account_id, mode, project_id) REFERENCES project
);
CREATE INDEX batch_listed ON batch (account_id, mode, created_at DESC, batch_id DESC);

ALTER TABLE task
    ADD COLUMN batch_id text,
    ADD CONSTRAINT task_batch FOREIGN KEY (account_id, mode, batch_id) REFERENCES batch;
CREATE INDEX task_of_batch ON task (account_id, mode, batch_id, state) WHERE batch_id IS NOT NULL;

-- News of batches for callbacks, as task_event is of tasks.
CREATE TABLE batch_event (
    account_id text NOT NULL,
    mode mode NOT NULL,
    batch_id text NOT NULL,
    seq integer NOT NULL,
    event text NOT NULL,
    at timestamptz NOT NULL,
    noticed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, mode, batch_id, seq),
    FOREIGN KEY (account_id, mode, batch_id) REFERENCES batch
);
CREATE INDEX batch_event_unnoticed ON batch_event (at) WHERE NOT noticed;

CREATE FUNCTION unnoticed_batch_events(most integer)
    RETURNS TABLE (account_id text, mode mode, batch_id text, seq integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT e.account_id, e.mode, e.batch_id, e.seq FROM batch_event e
          WHERE NOT e.noticed ORDER BY e.at LIMIT most $$;

-- A delivery tells of one event: of a task or of a batch.
ALTER TABLE callback_delivery
    ALTER COLUMN task_id DROP NOT NULL,
    ALTER COLUMN event_seq DROP NOT NULL,
    ADD COLUMN batch_id text,
    ADD COLUMN batch_event_seq integer,
    ADD CONSTRAINT callback_of_one_event CHECK (
        (task_id IS NULL) = (event_seq IS NULL)
        AND (batch_id IS NULL) = (batch_event_seq IS NULL)
        AND (task_id IS NULL) <> (batch_id IS NULL)),
    ADD CONSTRAINT callback_batch_event UNIQUE (account_id, mode, batch_id, batch_event_seq),
    ADD CONSTRAINT callback_delivery_batch FOREIGN KEY (account_id, mode, batch_id, batch_event_seq)
        REFERENCES batch_event (account_id, mode, batch_id, seq);

-- Files --------------------------------------------------------------------------------------

ALTER TABLE file
    ADD COLUMN project_id text,
    ADD COLUMN reference_id text,
    ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}',
    ADD CONSTRAINT file_project FOREIGN KEY (account_id, mode, project_id) REFERENCES project;
CREATE UNIQUE INDEX file_reference ON file (account_id, mode, reference_id)
    WHERE reference_id IS NOT NULL;
CREATE INDEX file_of_project ON file (account_id, mode, project_id, created_at DESC, file_id DESC)
    WHERE project_id IS NOT NULL;

-- People -------------------------------------------------------------------------------------

ALTER TABLE person
    -- The manager who was there first: no call of the API takes the role away.
    ADD COLUMN is_admin boolean NOT NULL DEFAULT false,
    -- Of somebody who was invited: until when a link may still let them in.
    ADD COLUMN invited_until timestamptz;
UPDATE person p SET is_admin = true
    WHERE p.role = 'manager' AND NOT EXISTS (
        SELECT 1 FROM person q
        WHERE q.account_id = p.account_id AND q.role = 'manager'
          AND (q.created_at, q.person_id) < (p.created_at, p.person_id));

CREATE TABLE project_person (
    account_id text NOT NULL,
    mode mode NOT NULL,
    project_id text NOT NULL,
    person_id text NOT NULL,
    PRIMARY KEY (account_id, mode, project_id, person_id),
    FOREIGN KEY (account_id, mode, project_id) REFERENCES project,
    FOREIGN KEY (account_id, person_id) REFERENCES person
);
CREATE INDEX project_person_person ON project_person (account_id, mode, person_id);

-- A group of one that stands for that person in a batch is a singleton.
CREATE TABLE project_group (
    account_id text NOT NULL,
    mode mode NOT NULL,
    group_id text NOT NULL,
    project_id text NOT NULL,
    name text NOT NULL,
    is_singleton boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, group_id),
    UNIQUE (account_id, mode, project_id, group_id),
    UNIQUE (account_id, mode, project_id, name),
    FOREIGN KEY (account_id, mode, project_id) REFERENCES project
);

-- Who leaves a project leaves its groups.
CREATE TABLE project_group_person (
    account_id text NOT NULL,
    mode mode NOT NULL,
    group_id text NOT NULL,
    project_id text NOT NULL,
    person_id text NOT NULL,
    PRIMARY KEY (account_id, mode, group_id, person_id),
    FOREIGN KEY (account_id, mode, project_id, group_id)
        REFERENCES project_group (account_id, mode, project_id, group_id),
    FOREIGN KEY (account_id, mode, project_id, person_id)
        REFERENCES project_person ON DELETE CASCADE
);
CREATE INDEX project_group_person_person
    ON project_group_person (account_id, mode, project_id, person_id);

CREATE TABLE batch_group (
    account_id text NOT NULL,
    mode mode NOT NULL,
    batch_id text NOT NULL,
    group_id text NOT NULL,
    PRIMARY KEY (account_id, mode, batch_id, group_id),
    FOREIGN KEY (account_id, mode, batch_id) REFERENCES batch,
    FOREIGN KEY (account_id, mode, group_id) REFERENCES project_group
);
CREATE INDEX batch_group_group ON batch_group (account_id, mode, group_id);

-- Tasks with a known answer, by which labelers are trained or judged.
CREATE TABLE quality_task (
    account_id text NOT NULL,
    mode mode NOT NULL,
    quality_task_id text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('evaluation', 'training')),
    type text NOT NULL,
    project_id text NOT NULL,
    instruction text,
    params_zstd bytea NOT NULL,
    expected_response json NOT NULL,
    initial_response json,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, quality_task_id),
    FOREIGN KEY (account_id, mode, project_id) REFERENCES project
);
CREATE INDEX quality_task_project ON quality_task (account_id, mode, project_id);

-- Tenancy ------------------------------------------------------------------------------------

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'project_params', 'project_ontology', 'batch', 'batch_event', 'project_person',
        'project_group', 'project_group_person', 'batch_group', 'quality_task'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (account_id = current_account_id() AND mode = current_mode())',
            name);
    END LOOP;
END $$;
-- What was once valid for a task stays as it was.
GRANT SELECT, INSERT ON project_params, project_ontology, quality_task TO groundplane_app;
GRANT SELECT, INSERT, UPDATE ON batch, batch_event TO groundplane_app;
GRANT SELECT, INSERT ON project_group TO groundplane_app;
GRANT SELECT, INSERT, DELETE ON project_person, project_group_person, batch_group TO groundplane_app;
