-- Tasks that are made of another when that is completed, and which revision of it they look at.

-- What is ordered in advance; the task's own page of its params says the same.
CREATE TABLE dependents (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    defs jsonb NOT NULL,
    require_audit boolean NOT NULL,
    PRIMARY KEY (account_id, mode, task_id),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task
);

-- One row per definition, written when it is decided that the task is to be made. Its key makes a
-- second one impossible, and the new task's id is decided here, so no run of a job can make two.
CREATE TABLE dependent_task (
    account_id text NOT NULL,
    mode mode NOT NULL,
    root_task_id text NOT NULL,
    position integer NOT NULL CHECK (position >= 0),
    task_id text NOT NULL CHECK (task_id ~ '^[0-9a-f]{24}$'),
    definition jsonb NOT NULL,
    source_revision bigint, -- that the root had submitted; NULL: it has no document
    ordered_at timestamptz NOT NULL DEFAULT now(),
    made_at timestamptz,
    problem text, -- why it could not be made when it was tried last
    PRIMARY KEY (account_id, mode, root_task_id, position),
    UNIQUE (account_id, mode, task_id),
    FOREIGN KEY (account_id, mode, root_task_id) REFERENCES task,
    CHECK (made_at IS NULL OR problem IS NULL)
);

-- Another task's work that a task looks at and never changes: that of this revision for ever.
CREATE TABLE task_layer (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    source_task_id text NOT NULL,
    source_revision bigint, -- NULL: the source has no document
    PRIMARY KEY (account_id, mode, task_id),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task,
    FOREIGN KEY (account_id, mode, source_task_id) REFERENCES task
);
CREATE INDEX task_layer_source ON task_layer (account_id, mode, source_task_id);

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['dependents', 'dependent_task', 'task_layer'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (account_id = current_account_id() AND mode = current_mode())',
            name);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON dependents, dependent_task TO groundplane_app;
GRANT SELECT, INSERT ON task_layer TO groundplane_app;

-- Events that may let dependents be made, read once; those of before count as read.
ALTER TABLE task_event ADD COLUMN dependents_read boolean NOT NULL DEFAULT true;
ALTER TABLE task_event ALTER COLUMN dependents_read SET DEFAULT false;
CREATE INDEX task_event_dependents_unread ON task_event (at)
    WHERE NOT dependents_read AND event IN ('answered', 'finished', 'approved', 'audited');

CREATE FUNCTION unread_events_of_dependents(most integer)
    RETURNS TABLE (account_id text, mode mode, task_id text, seq integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT e.account_id, e.mode, e.task_id, e.seq FROM task_event e
          WHERE NOT e.dependents_read
            AND e.event IN ('answered', 'finished', 'approved', 'audited')
          ORDER BY e.at LIMIT most $$;
