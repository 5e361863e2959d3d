-- What callbacks are signed with (Standard Webhooks), sealed with the instance's secret. One is
-- current; the one before it signs too until it retires, so receivers can change over in between.
CREATE TABLE callback_signing_secret (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    secret_id uuid NOT NULL DEFAULT gen_random_uuid(),
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    retires_at timestamptz,
    PRIMARY KEY (account_id, mode, secret_id)
);
CREATE UNIQUE INDEX callback_signing_secret_current ON callback_signing_secret (account_id, mode)
    WHERE retires_at IS NULL;

ALTER TABLE callback_signing_secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON callback_signing_secret
    USING (account_id = current_account_id() AND mode = current_mode());
GRANT SELECT, INSERT, DELETE ON callback_signing_secret TO groundplane_app;
GRANT UPDATE (retires_at) ON callback_signing_secret TO groundplane_app;

-- Order, and endpoints that are given a rest -------------------------------------------------

-- A pending delivery without next_attempt_at waits until the events before it are
-- settled. One that is held waits for its endpoint, at the longest until its day is over.
ALTER TABLE callback_delivery
    ADD COLUMN endpoint text, -- host:port as last tried
    ADD COLUMN first_due_at timestamptz DEFAULT now(), -- since when its retries are counted
    ADD COLUMN held boolean NOT NULL DEFAULT false;
UPDATE callback_delivery SET first_due_at = created_at;
CREATE INDEX callback_held ON callback_delivery (account_id, mode, endpoint) WHERE held;

-- An endpoint that does not answer; the row goes with its first answer.
CREATE TABLE callback_endpoint (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    endpoint text NOT NULL,
    failures integer NOT NULL DEFAULT 0, -- attempts one after the other
    failed_deliveries uuid[] NOT NULL DEFAULT '{}', -- two different ones are enough to know
    pause_s integer NOT NULL DEFAULT 0,
    open_until timestamptz, -- no attempts until then, and after that one; NULL: they go on
    probe_delivery_id uuid, -- whose attempt decides
    PRIMARY KEY (account_id, mode, endpoint)
);

ALTER TABLE callback_endpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON callback_endpoint
    USING (account_id = current_account_id() AND mode = current_mode());
GRANT SELECT, INSERT, UPDATE, DELETE ON callback_endpoint TO groundplane_app;

CREATE FUNCTION due_callback_probes(most integer)
    RETURNS TABLE (account_id text, mode mode, endpoint text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT e.account_id, e.mode, e.endpoint FROM callback_endpoint e
          WHERE e.open_until <= now()
            AND EXISTS (SELECT 1 FROM callback_delivery d
                        WHERE (d.account_id, d.mode, d.endpoint)
                            = (e.account_id, e.mode, e.endpoint)
                          AND d.held AND d.state = 'pending')
          ORDER BY e.open_until LIMIT most $$;
