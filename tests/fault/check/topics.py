"""What stands on the topics, the broker's cluster and where its logs begin and end."""
import flow
from kafka import Kafka

from .words import CATALOGUE, STAGE_TOPICS

ENTRIES, FIGURES = 'taicho.audit.entry.v1', 'taicho.audit.kpi.v1'
PARTITIONS = {**flow.PARTITIONS, ENTRIES: 12, FIGURES: 12}
PARTITIONS.update({t + '.dlq': PARTITIONS[t] for t in STAGE_TOPICS + [CATALOGUE]})
COMPACTED = {CATALOGUE, FIGURES}
HEADERS = ('ce_id', 'ce_sequence', 'ce_type', 'ce_source')


class Topics:
    """records: {topic: [Record]} in the order of each partition; logs: {topic: [(low, high)]}; absent topics are not in them."""

    def __init__(self, brokers, logs=None):
        """logs: what stands behind these ends is left out; without, all that is there now."""
        kafka = Kafka(brokers)
        self.cluster = kafka.cluster()
        self.logs = logs or kafka.watermarks(PARTITIONS)
        self.records = {topic: [] for topic in self.logs}
        filled = {topic: PARTITIONS[topic] for topic, logs in self.logs.items() if any(low < high for low, high in logs)}
        for r in kafka.read_all(filled, limit=20, headers=HEADERS) if filled else ():
            if not logs or r.offset < self.logs[r.topic][r.partition][1]:
                self.records[r.topic].append(r)
