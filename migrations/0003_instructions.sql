-- Instructions: their pictures, fetched once and served by us, and which version a person saw.

CREATE TABLE instruction_picture (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    -- An address may be longer than an index takes.
    url_sha256 text NOT NULL,
    url text NOT NULL,
    sha256 text,
    size_bytes bigint,
    content_type text,
    error text,
    settled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, task_id, url_sha256),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task,
    FOREIGN KEY (account_id, sha256) REFERENCES blob,
    CHECK (sha256 IS NULL OR error IS NULL),
    CHECK ((sha256 IS NULL) = (size_bytes IS NULL)),
    CHECK ((sha256 IS NULL) = (content_type IS NULL))
);

-- Texts are kept by content: an instruction may change later, what was seen may not.
CREATE TABLE instruction_text (
    account_id text NOT NULL,
    mode mode NOT NULL,
    instruction_sha256 text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (account_id, mode, instruction_sha256)
);

CREATE TABLE instruction_seen (
    account_id text NOT NULL,
    mode mode NOT NULL,
    task_id text NOT NULL,
    person_id text NOT NULL,
    instruction_sha256 text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, mode, task_id, person_id, instruction_sha256),
    FOREIGN KEY (account_id, mode, task_id) REFERENCES task,
    FOREIGN KEY (account_id, person_id) REFERENCES person,
    FOREIGN KEY (account_id, mode, instruction_sha256) REFERENCES instruction_text
);

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['instruction_picture', 'instruction_text', 'instruction_seen'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (account_id = current_account_id() AND mode = current_mode())',
            name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO groundplane_app', name);
    END LOOP;
END $$;
