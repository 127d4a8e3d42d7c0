-- By which law the citizen has so long to bring what he was asked for, as his procedure said on the day of the receipt; NULL: it says nothing.
CREATE OR REPLACE FUNCTION supplement_basis_of(of_procedure text, received timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT nullif(c.record ->> 'supplement_basis', '')
      FROM catalogue_current c
     WHERE c.kind = 'procedure' AND c.id = of_procedure
       AND c.valid_from <= (received AT TIME ZONE INTERVAL '+07:00')::date - DATE '1970-01-01'
     ORDER BY c.valid_from DESC
     LIMIT 1;
END;
