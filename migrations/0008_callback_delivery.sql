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
