-- Managers look at the newest callbacks of a tenant, page by page.
CREATE INDEX callback_delivery_listed
    ON callback_delivery (account_id, mode, created_at DESC, delivery_id DESC);
