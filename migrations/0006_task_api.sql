-- What customers do to tasks after creation: audits, and the answers that an Idempotency-Key keeps.

ALTER TABLE task
    -- Newest first. `seq` is the task's event that tells of the audit, so that its callback can say
    -- what was true then; `comment` is shown in customer_review_comments only.
    ADD COLUMN audits jsonb NOT NULL DEFAULT '[]',
    -- The result of the newest audit by the customer; NULL: none yet.
    ADD COLUMN customer_review_status text
        CHECK (customer_review_status IN ('accepted', 'fixed', 'commented', 'rejected')),
    -- Responses that a newer one replaced, oldest first.
    ADD COLUMN prior_responses jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN project_param_version integer;

-- The answer to a creation, under the key that its request named; written with the task.
CREATE TABLE idempotency_key (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    key_id text NOT NULL, -- the API key: another one may not have this answer
    request_sha256 bytea NOT NULL,
    status integer NOT NULL,
    body_zstd bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, mode, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (account_id, mode, created_at);

ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON idempotency_key
    USING (account_id = current_account_id() AND mode = current_mode());
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO groundplane_app;

CREATE FUNCTION tenants_with_old_idempotency_keys(older_than_s integer, most integer)
    RETURNS TABLE (account_id text, mode mode)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT DISTINCT k.account_id, k.mode FROM idempotency_key k
          WHERE k.created_at < now() - make_interval(secs => older_than_s) LIMIT most $$;
