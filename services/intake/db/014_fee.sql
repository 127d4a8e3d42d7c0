-- Fees and charges (phí, lệ phí) of a dossier, by the rules of the day of receipt (D61 Art. 22). Amounts are whole VND.
CREATE TABLE fee (
    dossier         uuid NOT NULL,
    code            text NOT NULL,
    state           text NOT NULL CHECK (state IN ('expected', 'due', 'paid', 'waived', 'refunded')),
    kind            text NOT NULL CHECK (kind IN ('fee', 'charge')),
    amount          bigint NOT NULL CHECK (amount > 0),
    due             text NOT NULL CHECK (due IN ('intake', 'supplement', 'return')),
    due_at          timestamptz,                      -- since when it is due
    paid_at         timestamptz,
    means           text CHECK (means IN ('cash', 'transfer', 'post', 'online')),
    receipt         text,                             -- its number, or that of the transaction
    paid_by         text,                             -- who took it, or told of it
    refunded_at     timestamptz,
    refunded        bigint NOT NULL CHECK (refunded BETWEEN 0 AND amount),
    refund          text CHECK (refund IN ('refused', 'withdrawn', 'stopped')),
    refunded_by     text,
    waived_at       timestamptz,
    exemption       text CHECK (exemption IN ('child', 'elderly', 'disabled', 'merit', 'poor_household', 'hardship_area')),
    superior        text,                             -- who answers for the waiver
    waived_by       text,
    PRIMARY KEY (dossier, code),
    CHECK ((state = 'expected') = (due_at IS NULL)),
    CHECK ((state IN ('paid', 'refunded')) = (paid_at IS NOT NULL)),
    CHECK ((paid_at IS NULL) = (means IS NULL) AND (paid_at IS NULL) = (receipt IS NULL) AND (paid_at IS NULL) = (paid_by IS NULL)),
    CHECK ((state = 'refunded') = (refunded_at IS NOT NULL)),
    CHECK ((refunded_at IS NULL) = (refunded = 0) AND (refunded_at IS NULL) = (refund IS NULL) AND (refunded_at IS NULL) = (refunded_by IS NULL)),
    CHECK ((state = 'waived') = (waived_at IS NOT NULL)),
    CHECK ((waived_at IS NULL) = (exemption IS NULL) AND (waived_at IS NULL) = (superior IS NULL) AND (waived_at IS NULL) = (waived_by IS NULL)),
    CHECK (superior IS NULL OR superior <> waived_by)
) WITH (fillfactor = 80);

-- As GET /v1/dossiers/:id shows them.
CREATE FUNCTION fees_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('fee', f.code, 'state', f.state, 'kind', f.kind, 'amount_vnd', f.amount,
               'due', f.due, 'due_at', civil(f.due_at), 'paid_at', civil(f.paid_at), 'means', f.means, 'receipt', f.receipt,
               'paid_by', f.paid_by, 'refunded_at', civil(f.refunded_at), 'refunded_vnd', f.refunded, 'refund', f.refund,
               'refunded_by', f.refunded_by, 'waived_at', civil(f.waived_at), 'ground', f.exemption, 'superior', f.superior,
               'waived_by', f.waived_by) ORDER BY f.code), '[]')
      FROM fee f WHERE f.dossier = of_dossier;
END;

-- What the citizen still has to pay: for the public answer, so no receipt and no post.
CREATE FUNCTION owed_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('fee', f.code, 'kind', f.kind, 'amount_vnd', f.amount,
               'due_at', civil(f.due_at)) ORDER BY f.code), '[]')
      FROM fee f WHERE f.dossier = of_dossier AND f.state = 'due';
END;
