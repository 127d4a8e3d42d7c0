-- Few dossiers go round units: those are looked through for what nobody signed for (GET /v1/papers/unsigned).
CREATE INDEX dossier_turned ON dossier (id) WHERE turn_unit IS NOT NULL;
