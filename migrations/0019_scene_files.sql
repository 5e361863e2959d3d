-- A frame may be part of a stored file (.sfs) instead of an attachment of its own.
ALTER TABLE scene_frame ADD COLUMN file_sha256 text CHECK (file_sha256 ~ '^[0-9a-f]{64}$');
