-- What citizens say of it (Circular 01/2018 Art. 13): sums of points, and complaints with their answers.
ALTER TABLE fact ADD COLUMN rated boolean NOT NULL DEFAULT false;
ALTER TABLE fact ADD COLUMN complaints int NOT NULL DEFAULT 0;
ALTER TABLE fact ADD COLUMN justified int NOT NULL DEFAULT 0;
ALTER TABLE fact ADD COLUMN late_answers int NOT NULL DEFAULT 0;   -- bit number - 1 of each that was not answered in time
ALTER TABLE kpi ADD COLUMN ratings bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN satisfaction_points bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN attitude_points bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN contact_points bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN agency_points bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN conduct_points bigint NOT NULL DEFAULT 0;   -- 2 early, 1 on time, 0 late or with a justified complaint
ALTER TABLE kpi ADD COLUMN complaints bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN complaints_justified bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN complaints_in_time bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN complaints_late bigint NOT NULL DEFAULT 0;
-- What had ended before it was counted.
UPDATE kpi SET conduct_points = 2 * early + on_time;
