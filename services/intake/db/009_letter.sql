-- What stands on the apology (form 04) may be read before it is asked for: a read of personal data like that of the receipt.
ALTER TABLE access_log DROP CONSTRAINT access_log_what_check,
    ADD CONSTRAINT access_log_what_check CHECK (what IN ('dossier', 'list', 'receipt', 'document', 'apology'));
