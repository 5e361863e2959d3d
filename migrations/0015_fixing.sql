-- Delivered work that a person fixes, or sends back to be labeled again.

-- Used by no statement of this migration: a new word is known from the next transaction on.
ALTER TYPE stage_state ADD VALUE 'fixing';

CREATE TABLE fix (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    seq integer NOT NULL,
    stage_id text NOT NULL,
    begun_by text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- the document when the fix began: what had been delivered
    base_revision bigint NOT NULL,
    -- what was handed in, by whom, in what time; NULL until then
    revision bigint,
    fixed_by text,
    comment text,
    time_s integer,
    active_s integer,
    -- NULL while it is open; at most one is
    outcome text CHECK (outcome IN ('delivered', 'discarded')),
    ended_at timestamptz,
    PRIMARY KEY (account_id, mode, task_id, seq),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task,
    FOREIGN KEY (account_id, begun_by) REFERENCES person (account_id, person_id),
    FOREIGN KEY (account_id, fixed_by) REFERENCES person (account_id, person_id)
);
CREATE UNIQUE INDEX fix_open ON fix (account_id, mode, task_id) WHERE outcome IS NULL;

ALTER TABLE review DROP CONSTRAINT review_verdict_check;
ALTER TABLE review ADD CONSTRAINT review_verdict_check
    CHECK (verdict IN ('accepted', 'fixed', 'returned', 'recalled'));

ALTER TABLE fix ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON fix
    USING (account_id = current_account_id() AND mode = current_mode());
GRANT SELECT, INSERT, UPDATE ON fix TO groundplane_app;
