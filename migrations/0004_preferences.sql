-- What a person prefers in the workstation (where panels stand, which keys do what): it follows the
-- person to another machine. A preference is the person's in both worlds, live and test.

CREATE TABLE preference (
    account_id text NOT NULL,
    person_id text NOT NULL,
    name text NOT NULL,
    -- JSON, which only the browser reads.
    value text NOT NULL CHECK (octet_length(value) <= 16384),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, person_id, name),
    FOREIGN KEY (account_id, person_id) REFERENCES person
);

ALTER TABLE preference ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON preference USING (account_id = current_account_id());
GRANT SELECT, INSERT, UPDATE ON preference TO groundplane_app;
