-- What the doctor found in a task's scene (scenes.doctor): a row once it has looked, findings as JSON
-- in the order in which they are shown. `pictures` maps the key of a finding's picture to a blob.
CREATE TABLE scene_check (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    findings jsonb NOT NULL,
    pictures jsonb NOT NULL,
    frames integer NOT NULL CHECK (frames > 0),
    frames_examined integer NOT NULL CHECK (frames_examined BETWEEN 0 AND frames),
    checked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, task_id),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task
);
ALTER TABLE scene_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON scene_check
    USING (account_id = current_account_id() AND mode = current_mode());
GRANT SELECT, INSERT, UPDATE ON scene_check TO groundplane_app;
