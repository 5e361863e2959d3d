-- A scene that a manager has looked at before there is a task of it. `scene` is the SceneOrder,
-- `failures` are the frames that do not come, `findings` and `pictures` are as in scene_check.
-- `frames` is null until they are counted. A row lives for a day.
CREATE TABLE scene_trial (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    trial_id text NOT NULL,
    scene jsonb NOT NULL,
    frames integer CHECK (frames > 0),
    frames_read integer NOT NULL DEFAULT 0 CHECK (frames_read >= 0),
    frames_examined integer NOT NULL DEFAULT 0 CHECK (frames_examined >= 0),
    failures jsonb NOT NULL DEFAULT '[]',
    findings jsonb NOT NULL DEFAULT '[]',
    pictures jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (account_id, mode, trial_id)
);

-- What it needs while it is read, and afterwards for its pictures; as blob_use of a task.
CREATE TABLE scene_trial_blob (
    account_id text NOT NULL,
    mode mode NOT NULL,
    trial_id text NOT NULL,
    sha256 text NOT NULL,
    PRIMARY KEY (account_id, sha256, mode, trial_id),
    FOREIGN KEY (account_id, mode, trial_id) REFERENCES scene_trial ON DELETE CASCADE,
    FOREIGN KEY (account_id, sha256) REFERENCES blob
);
CREATE INDEX scene_trial_blob_trial ON scene_trial_blob (account_id, mode, trial_id);

ALTER TABLE scene_trial ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON scene_trial
    USING (account_id = current_account_id() AND mode = current_mode());
ALTER TABLE scene_trial_blob ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON scene_trial_blob
    USING (account_id = current_account_id() AND mode = current_mode());
GRANT SELECT, INSERT, UPDATE, DELETE ON scene_trial TO groundplane_app;
GRANT SELECT, INSERT, DELETE ON scene_trial_blob TO groundplane_app;

CREATE FUNCTION tenants_with_old_trials(older_than_s integer, most integer)
    RETURNS TABLE (account_id text, mode mode)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT DISTINCT t.account_id, t.mode FROM scene_trial t
          WHERE t.created_at < now() - make_interval(secs => older_than_s) LIMIT most $$;

CREATE OR REPLACE FUNCTION unused_blobs(older_than_s integer, most integer)
    RETURNS TABLE (account_id text, sha256 text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT b.account_id, b.sha256 FROM blob b
          WHERE b.created_at < now() - make_interval(secs => older_than_s)
            AND NOT EXISTS (SELECT 1 FROM blob_use u
                            WHERE u.account_id = b.account_id AND u.sha256 = b.sha256)
            AND NOT EXISTS (SELECT 1 FROM capability c
                            WHERE c.account_id = b.account_id AND c.sha256 = b.sha256)
            AND NOT EXISTS (SELECT 1 FROM file f
                            WHERE f.account_id = b.account_id AND f.sha256 = b.sha256)
            AND NOT EXISTS (SELECT 1 FROM scene_trial_blob t
                            WHERE t.account_id = b.account_id AND t.sha256 = b.sha256)
          ORDER BY b.created_at LIMIT most $$;

CREATE OR REPLACE FUNCTION blob_in_use(digest text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM blob_use u
                         WHERE u.account_id = current_account_id() AND u.sha256 = digest)
              OR EXISTS (SELECT 1 FROM capability c
                         WHERE c.account_id = current_account_id() AND c.sha256 = digest)
              OR EXISTS (SELECT 1 FROM file f
                         WHERE f.account_id = current_account_id() AND f.sha256 = digest)
              OR EXISTS (SELECT 1 FROM scene_trial_blob t
                         WHERE t.account_id = current_account_id() AND t.sha256 = digest) $$;
