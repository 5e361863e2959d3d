-- How many messages one address got in its present hour, so that ten thousand tasks do not become
-- ten thousand mails of one morning.
CREATE TABLE mail_sent (
    account_id text NOT NULL REFERENCES account,
    mode mode NOT NULL,
    recipient text NOT NULL,
    hour_from timestamptz NOT NULL,
    messages integer NOT NULL CHECK (messages > 0),
    PRIMARY KEY (account_id, mode, recipient)
);
ALTER TABLE mail_sent ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mail_sent
    USING (account_id = current_account_id() AND mode = current_mode());
GRANT SELECT, INSERT, UPDATE ON mail_sent TO groundplane_app;
