-- What is to be paid (phí, lệ phí), beside fact and kpi: most dossiers have nothing to pay. Amounts are whole VND.
CREATE TABLE fee_fact (
    dossier             uuid PRIMARY KEY,
    supplement_fees     int NOT NULL,               -- that have not fallen due, and how much
    supplement_vnd      bigint NOT NULL,
    return_fees         int NOT NULL,
    return_vnd          bigint NOT NULL,
    has_fee             boolean NOT NULL,           -- one has fallen due
    paid_online         boolean NOT NULL            -- one was paid online
) WITH (fillfactor = 80);

CREATE TABLE fee_kpi (
    unit                text NOT NULL,
    procedure           text NOT NULL,
    day                 date NOT NULL,              -- of receipt, as in kpi
    fee_dossiers         bigint NOT NULL DEFAULT 0,
    fee_dossiers_online  bigint NOT NULL DEFAULT 0,
    due                  bigint NOT NULL DEFAULT 0,
    due_vnd              bigint NOT NULL DEFAULT 0,
    paid                 bigint NOT NULL DEFAULT 0,
    paid_vnd             bigint NOT NULL DEFAULT 0,
    paid_cash            bigint NOT NULL DEFAULT 0,
    paid_transfer        bigint NOT NULL DEFAULT 0,
    paid_post            bigint NOT NULL DEFAULT 0,
    paid_online          bigint NOT NULL DEFAULT 0,
    waived               bigint NOT NULL DEFAULT 0,
    waived_vnd           bigint NOT NULL DEFAULT 0,
    refunded             bigint NOT NULL DEFAULT 0,
    refunded_vnd         bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (unit, procedure, day)
) WITH (fillfactor = 80);

-- The figures of these days; '' is every unit, every procedure.
CREATE FUNCTION fees_sum(day_from date, day_to date, of_unit text, of_procedure text) RETURNS json
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT json_build_object(
               'fee_dossiers', coalesce(sum(k.fee_dossiers), 0),
               'fee_dossiers_online', coalesce(sum(k.fee_dossiers_online), 0),
               'due', coalesce(sum(k.due), 0),
               'due_vnd', coalesce(sum(k.due_vnd), 0),
               'paid', coalesce(sum(k.paid), 0),
               'paid_vnd', coalesce(sum(k.paid_vnd), 0),
               'paid_cash', coalesce(sum(k.paid_cash), 0),
               'paid_transfer', coalesce(sum(k.paid_transfer), 0),
               'paid_post', coalesce(sum(k.paid_post), 0),
               'paid_online', coalesce(sum(k.paid_online), 0),
               'waived', coalesce(sum(k.waived), 0),
               'waived_vnd', coalesce(sum(k.waived_vnd), 0),
               'refunded', coalesce(sum(k.refunded), 0),
               'refunded_vnd', coalesce(sum(k.refunded_vnd), 0))
      FROM fee_kpi k
     WHERE k.day BETWEEN day_from AND day_to AND (of_unit = '' OR k.unit = of_unit)
       AND (of_procedure = '' OR k.procedure = of_procedure);
END;
