-- Who came to the counter is recorded at intake, which alone may know the name; here is the id of that document.
ALTER TABLE document ADD COLUMN collector_record uuid;
ALTER TABLE document ADD CONSTRAINT document_collector_at_counter CHECK (delivery = 'counter' OR collector_record IS NULL);
