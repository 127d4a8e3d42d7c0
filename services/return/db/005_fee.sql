-- What is to be paid before a result that grants is handed over (phí, lệ phí), as intake tells it. Amounts are whole VND.
CREATE TABLE fee (
    dossier     uuid NOT NULL,
    code        text NOT NULL,
    number      int NOT NULL CHECK (number > 0),    -- its place in what intake told
    amount      bigint NOT NULL CHECK (amount > 0),
    state       text NOT NULL CHECK (state IN ('expected', 'owed', 'settled')),
    PRIMARY KEY (dossier, code)
) WITH (fillfactor = 80);
