-- Lists of a project's tasks and of tasks in some states, newest first, and how many there are.
SET LOCAL statement_timeout = '30min';  -- a million tasks take seconds, and there may be more
CREATE INDEX task_of_project
    ON task (account_id, mode, project_id, created_at DESC, task_id DESC) INCLUDE (state)
    WHERE project_id IS NOT NULL;
CREATE INDEX task_in_state ON task (account_id, mode, state, created_at DESC, task_id DESC);
