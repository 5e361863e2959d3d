-- Files that were uploaded, to be named as attachments by their address scaledata://account/file.

CREATE TABLE file (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    file_id uuid NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    name text NOT NULL,
    mime_type text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- When a task read it first. What no task ever used is deleted after some days.
    used_at timestamptz,
    PRIMARY KEY (account_id, mode, file_id),
    FOREIGN KEY (account_id, sha256) REFERENCES blob
);
CREATE INDEX file_blob ON file (account_id, sha256);
CREATE INDEX file_unused ON file (account_id, mode, created_at) WHERE used_at IS NULL;

ALTER TABLE file ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON file
    USING (account_id = current_account_id() AND mode = current_mode());
GRANT SELECT, INSERT, DELETE ON file TO groundplane_app;
GRANT UPDATE (used_at) ON file TO groundplane_app;

CREATE FUNCTION unused_files(older_than_s integer, most integer)
    RETURNS TABLE (account_id text, mode mode, file_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT f.account_id, f.mode, f.file_id FROM file f
          WHERE f.used_at IS NULL AND f.created_at < now() - make_interval(secs => older_than_s)
          ORDER BY f.created_at LIMIT most $$;

-- A file keeps its blob as a task does.
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
          ORDER BY b.created_at LIMIT most $$;

CREATE OR REPLACE FUNCTION blob_in_use(digest text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM blob_use u
                         WHERE u.account_id = current_account_id() AND u.sha256 = digest)
              OR EXISTS (SELECT 1 FROM capability c
                         WHERE c.account_id = current_account_id() AND c.sha256 = digest)
              OR EXISTS (SELECT 1 FROM file f
                         WHERE f.account_id = current_account_id() AND f.sha256 = digest) $$;
