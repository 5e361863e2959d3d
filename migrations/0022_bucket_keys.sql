-- What opens a customer's buckets. `address` is a bucket or a folder in one, without a slash at its
-- end; `sealed` is the secret as buckets.model writes it, sealed with the instance's own. One for
-- the live and the test half: both name the same files.
CREATE TABLE bucket_key (
    account_id text NOT NULL REFERENCES account,
    address text NOT NULL,
    endpoint text NOT NULL,
    region text NOT NULL,
    key_id text NOT NULL,
    sealed bytea NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, address)
);
ALTER TABLE bucket_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bucket_key USING (account_id = current_account_id());
GRANT SELECT, INSERT, UPDATE, DELETE ON bucket_key TO groundplane_app;
