-- Officers who may not act here on a dossier, since they did the other of appraising and approving (common/flow/barred.h).
CREATE TABLE barred (
    dossier          uuid NOT NULL,
    officer          text NOT NULL,
    PRIMARY KEY (dossier, officer)
);
