-- The command or batch that made an event, as it says; NULL: neither did, or it was sealed before this was kept beside its bytes.
ALTER TABLE entry ADD COLUMN command uuid;
