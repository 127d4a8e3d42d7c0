-- How the citizen got the result, and what the post brought back or nobody came for. Of results that were handed over before, nothing
-- is known here: they are in none of these figures.
ALTER TABLE fact ADD COLUMN delivery text NOT NULL DEFAULT '' CHECK (delivery IN ('', 'counter', 'post', 'electronic'));
ALTER TABLE fact ADD COLUMN proxy boolean NOT NULL DEFAULT false;
ALTER TABLE fact ADD COLUMN unclaimed boolean NOT NULL DEFAULT false;
ALTER TABLE kpi ADD COLUMN returned_counter bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN returned_post bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN returned_electronic bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN returned_proxy bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN came_back bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN unclaimed bigint NOT NULL DEFAULT 0;
