-- By the primary key where a unit is asked for: with "any or this one" in one condition every call read all rows of all
-- days.
CREATE OR REPLACE FUNCTION fees_sum(day_from date, day_to date, of_unit text, of_procedure text) RETURNS json
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
      FROM (SELECT * FROM fee_kpi
             WHERE of_unit <> '' AND unit = of_unit AND of_procedure <> '' AND procedure = of_procedure
               AND day BETWEEN day_from AND day_to
            UNION ALL
            SELECT * FROM fee_kpi
             WHERE of_unit <> '' AND unit = of_unit AND of_procedure = '' AND day BETWEEN day_from AND day_to
            UNION ALL
            SELECT * FROM fee_kpi
             WHERE of_unit = '' AND (of_procedure = '' OR procedure = of_procedure)
               AND day BETWEEN day_from AND day_to) k;
END;
