-- How a project takes what the editor finds while one labels: not at all, as a warning, or as
-- something to mend before work is handed in. A check without a row is a warning; '' stands for
-- tasks without a project.
CREATE TABLE work_check (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    project_id text NOT NULL,
    name text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('off', 'must_fix')),
    PRIMARY KEY (account_id, mode, project_id, name)
);
ALTER TABLE work_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON work_check
    USING (account_id = current_account_id() AND mode = current_mode());
GRANT SELECT, INSERT, UPDATE, DELETE ON work_check TO groundplane_app;
