-- Who is given which task, and work that is looked at before it is delivered.

ALTER TABLE stage
    -- Nobody else is given it; NULL: whoever comes next.
    ADD COLUMN assigned_to text,
    -- Since when the present review goes on.
    ADD COLUMN review_started_at timestamptz,
    ADD CONSTRAINT stage_assigned_to FOREIGN KEY (account_id, assigned_to)
        REFERENCES person (account_id, person_id);
CREATE INDEX stage_open ON stage (account_id, mode, state)
    WHERE state IN ('ready', 'claimed', 'in_review');

-- Projects whose submitted work waits for a reviewer; '' stands for tasks without a project.
CREATE TABLE review_rule (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    project_id text NOT NULL,
    PRIMARY KEY (account_id, mode, project_id)
);

CREATE TABLE review (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    seq integer NOT NULL,
    stage_id text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('accepted', 'fixed', 'returned')),
    comment text,
    reviewed_by text NOT NULL,
    reviewed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    labeled_by text NOT NULL,
    -- what the labeler had handed in, and what the verdict is about
    submitted_revision bigint NOT NULL,
    revision bigint NOT NULL,
    time_s integer NOT NULL,
    active_s integer NOT NULL,
    PRIMARY KEY (account_id, mode, task_id, seq),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task,
    FOREIGN KEY (account_id, reviewed_by) REFERENCES person (account_id, person_id),
    FOREIGN KEY (account_id, labeled_by) REFERENCES person (account_id, person_id)
);

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['review_rule', 'review'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (account_id = current_account_id() AND mode = current_mode())',
            name);
    END LOOP;
END $$;
GRANT SELECT, INSERT, DELETE ON review_rule TO groundplane_app;
GRANT SELECT, INSERT ON review TO groundplane_app;
