-- What managers do in the browser: people leave, groups are renamed and given up, and whoever gave
-- a project new parameters is remembered.

-- Of somebody who is disabled, and who is in no list any more; their name stays with their work.
ALTER TABLE person ADD COLUMN removed_at timestamptz
    CHECK (removed_at IS NULL OR disabled_at IS NOT NULL);

-- An e-mail address, or what may be shown of an API key; NULL: from before, or by the product.
ALTER TABLE project_params ADD COLUMN made_by text;
ALTER TABLE project_ontology ADD COLUMN made_by text;

GRANT UPDATE, DELETE ON project_group TO groundplane_app;

-- How much somebody handed in.
SET LOCAL statement_timeout = '30min';
CREATE INDEX stage_submitted ON stage (account_id, mode, submitted_by)
    WHERE submitted_by IS NOT NULL;
