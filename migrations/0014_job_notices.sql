-- A notice wakes an idle worker, and only that: transactions that give notice commit one after the
-- other in the whole server (NOTIFY's lock), which kept creations from sharing a write to disk.
--
-- While another job of the queue waits, its worker has been told, or takes the next one when it has
-- done what it does. Of two jobs that are enqueued in the same moment one may see the other without
-- its worker having seen it: that one waits for the worker's next look, a second later at most.
CREATE OR REPLACE FUNCTION procrastinate_notify_queue_job_inserted_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    payload TEXT;
BEGIN
    IF EXISTS (
        SELECT 1 FROM procrastinate_jobs
        WHERE status = 'todo' AND queue_name = NEW.queue_name AND id <> NEW.id
          AND (scheduled_at IS NULL OR scheduled_at <= now())
    ) THEN
        RETURN NEW;
    END IF;
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
    PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
    PERFORM pg_notify('procrastinate_any_queue_v1', payload);
    RETURN NEW;
END;
$$;
