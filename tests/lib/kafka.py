"""As much Kafka as a test needs, through librdkafka (which the services link anyway) and ctypes: read a topic from its
beginning to its end, put a message on it, ask for the cluster and where logs begin and end, delete topics."""
import ctypes as c
import ctypes.util
import time

PRODUCER, CONSUMER = 0, 1
PARTITION_EOF, NO_OFFSET = -191, -168
NO_SUCH_TOPIC = (-188, -190, 3)     # not known, no such partition
NOT_LEADER = 6                      # of a broker whose controller has not heard of it for a while, on a busy machine: it passes
BATCH, POLL_MS = 1000, 10
BEGINNING = -2
RESOURCE_TOPIC = 2
V_TOPIC, V_PARTITION, V_VALUE, V_KEY, V_FLAGS, V_HEADER = 1, 3, 4, 5, 7, 9
FLAG_COPY = 2


class Message(c.Structure):
    _fields_ = [('err', c.c_int), ('rkt', c.c_void_p), ('partition', c.c_int32), ('payload', c.c_void_p), ('len', c.c_size_t),
                ('key', c.c_void_p), ('key_len', c.c_size_t), ('offset', c.c_int64), ('_private', c.c_void_p)]


class Topic(c.Structure):
    _fields_ = [('name', c.c_char_p), ('partition_count', c.c_int), ('partitions', c.c_void_p), ('err', c.c_int)]


class Metadata(c.Structure):
    _fields_ = [('broker_count', c.c_int), ('brokers', c.c_void_p), ('topic_count', c.c_int), ('topics', c.POINTER(Topic)),
                ('broker_id', c.c_int32), ('broker_name', c.c_char_p)]


def _library():
    lib = c.CDLL(ctypes.util.find_library('rdkafka') or 'librdkafka.so.1')
    for name in ('conf_new', 'new', 'topic_partition_list_new', 'topic_partition_list_add', 'queue_new', 'queue_poll',
                 'DeleteTopic_new', 'producev', 'event_DeleteTopics_result', 'DeleteTopics_result_topics', 'queue_get_consumer', 'clusterid',
                 'ConfigResource_new', 'event_AlterConfigs_result', 'AlterConfigs_result_resources'):
        getattr(lib, 'rd_kafka_' + name).restype = c.c_void_p
    lib.rd_kafka_topic_name.restype = c.c_char_p
    lib.rd_kafka_err2str.restype = c.c_char_p
    lib.rd_kafka_consume_batch_queue.restype = c.c_ssize_t
    lib.rd_kafka_producev.restype = c.c_int
    return lib


class Record:
    __slots__ = ('topic', 'partition', 'offset', 'key', 'value', 'headers', 'event')

    def __init__(self, topic, partition, offset, key, value, headers):
        self.topic, self.partition, self.offset, self.key, self.value, self.headers = topic, partition, offset, key, value, headers
        self.event = None       # decoded, by whoever asked for it


class Kafka:
    def __init__(self, brokers):
        self.lib = _library()
        self.brokers = brokers

    def _client(self, kind, **settings):
        why = c.create_string_buffer(512)
        conf = c.c_void_p(self.lib.rd_kafka_conf_new())
        for name, value in {'bootstrap_servers': self.brokers, **settings}.items():
            if self.lib.rd_kafka_conf_set(conf, name.replace('_', '.').encode(), value.encode(), why, len(why)):
                raise RuntimeError(why.value.decode())
        self.lib.rd_kafka_conf_set(conf, b'log_level', b'0', why, len(why))
        handle = self.lib.rd_kafka_new(kind, conf, why, len(why))
        if not handle:
            raise RuntimeError(why.value.decode())
        return c.c_void_p(handle)

    # ---- reading

    def read(self, topic, partitions, limit=10):
        """All records of a topic, from the beginning to what is its end now."""
        return self.read_all({topic: partitions}, limit)

    def read_from(self, topic, partition, offset, limit=10):
        """The records of one partition from an offset on."""
        return self.read_all({topic: [partition]}, limit, begin=offset)

    def read_all(self, topics, limit=10, headers=None, begin=BEGINNING):
        """As read, of several topics with so many partitions, or with these; the limit is for a wait without any message.
        headers: only these are taken, which is faster."""
        rk = self._client(CONSUMER, group_id='taicho-test', enable_partition_eof='true', enable_auto_commit='false', fetch_wait_max_ms='20',
                          auto_offset_reset='error')
        out, messages, names = [], (c.POINTER(Message) * BATCH)(), {}
        taken = [(name, name.encode()) for name in headers] if headers is not None else None
        queue = None
        try:
            self.lib.rd_kafka_poll_set_consumer(rk)
            queue = c.c_void_p(self.lib.rd_kafka_queue_get_consumer(rk))
            left = {(topic, p) for topic, partitions in topics.items() for p in (range(partitions) if isinstance(partitions, int) else partitions)}
            wanted = c.c_void_p(self.lib.rd_kafka_topic_partition_list_new(len(left)))
            for topic, p in left:
                self.lib.rd_kafka_topic_partition_list_add(wanted, topic.encode(), p)
                self.lib.rd_kafka_topic_partition_list_set_offset(wanted, topic.encode(), p, c.c_int64(begin))
            self.lib.rd_kafka_assign(rk, wanted)
            self.lib.rd_kafka_topic_partition_list_destroy(wanted)
            idle = 0
            while left:
                n = self.lib.rd_kafka_consume_batch_queue(queue, POLL_MS, messages, c.c_size_t(BATCH))
                idle = 0 if n > 0 else idle + 1
                if idle * POLL_MS > limit * 1000:
                    raise AssertionError(f'the end of {sorted(left)} was not reached in {limit} s')
                for i in range(max(n, 0)):
                    m = messages[i]
                    topic = names.get(m.contents.rkt)
                    if topic is None and m.contents.rkt:
                        topic = names[m.contents.rkt] = self.lib.rd_kafka_topic_name(c.c_void_p(m.contents.rkt)).decode()
                    if m.contents.err == PARTITION_EOF:
                        left.discard((topic, m.contents.partition))
                    elif not m.contents.err:
                        out.append(self._record(topic, m, taken))
                    self.lib.rd_kafka_message_destroy(m)
        finally:
            if queue:
                self.lib.rd_kafka_queue_destroy(queue)
            self.lib.rd_kafka_consumer_close(rk)
            self.lib.rd_kafka_destroy(rk)
        return out

    def _record(self, topic, m, taken=None):
        d, headers, list_, value, size = m.contents, {}, c.c_void_p(), c.c_void_p(), c.c_size_t()
        if not self.lib.rd_kafka_message_headers(m, c.byref(list_)):
            if taken is not None:
                for text, name in taken:
                    if not self.lib.rd_kafka_header_get_last(list_, name, c.byref(value), c.byref(size)):
                        headers[text] = c.string_at(value, size.value).decode('utf-8', 'replace')
            else:
                i, name = 0, c.c_char_p()
                while not self.lib.rd_kafka_header_get_all(list_, c.c_size_t(i), c.byref(name), c.byref(value), c.byref(size)):
                    headers[name.value.decode()] = c.string_at(value, size.value).decode('utf-8', 'replace')
                    i += 1
        take = lambda p, n: c.string_at(p, n) if p else None
        return Record(topic, d.partition, d.offset, take(d.key, d.key_len), take(d.payload, d.len), headers)

    # ---- the cluster

    def cluster(self, limit_ms=10000):
        """Its id: another one is another broker, or the same after it was wiped."""
        rk = self._client(PRODUCER)
        try:
            text = c.c_void_p(self.lib.rd_kafka_clusterid(rk, limit_ms))
            if not text:
                raise RuntimeError('the broker does not tell its cluster id')
            try:
                return c.string_at(text).decode()
            finally:
                self.lib.rd_kafka_mem_free(rk, text)
        finally:
            self.lib.rd_kafka_destroy(rk)

    def watermarks(self, topics, limit_ms=10000):
        """{topic: [(offset of the first message, offset behind the last one)]} of topics with so many partitions; of those that are there."""
        rk = self._client(PRODUCER)
        out = {}
        try:
            for topic, partitions in topics.items():
                logs = [self._watermark(rk, topic, p, limit_ms) for p in range(partitions)]
                if None not in logs:
                    out[topic] = logs
        finally:
            self.lib.rd_kafka_destroy(rk)
        return out

    def _watermark(self, rk, topic, partition, limit_ms):
        low, high = c.c_int64(), c.c_int64()
        end, error = time.monotonic() + limit_ms / 1000, NOT_LEADER
        while error == NOT_LEADER and time.monotonic() < end:
            error = self.lib.rd_kafka_query_watermark_offsets(rk, topic.encode(), partition, c.byref(low), c.byref(high), limit_ms)
            time.sleep(0.1 if error == NOT_LEADER else 0)
        if error in NO_SUCH_TOPIC:
            return None
        if error:
            raise RuntimeError(f'{topic} [{partition}]: {self.lib.rd_kafka_err2str(error).decode()}')
        return low.value, high.value

    # ---- writing

    def write(self, topic, partition, key, value, headers=(), limit_ms=10000):
        self.write_all([(topic, partition, key, value, headers)], limit_ms)

    def write_all(self, messages, limit_ms=10000):
        """(topic, partition, key, value, headers) of each, in this order."""
        rk = self._client(PRODUCER, acks='all', enable_idempotence='true')
        try:
            for topic, partition, key, value, headers in messages:
                self._produce(rk, topic, partition, key, value, headers)
            if self.lib.rd_kafka_flush(rk, limit_ms):
                raise RuntimeError(f'{topic}: not all was written in {limit_ms} ms')
        finally:
            self.lib.rd_kafka_destroy(rk)

    def _produce(self, rk, topic, partition, key, value, headers):
        arguments = [c.c_int(V_TOPIC), c.c_char_p(topic.encode()), c.c_int(V_PARTITION), c.c_int32(partition),
                     c.c_int(V_FLAGS), c.c_int(FLAG_COPY)]
        if key is not None:
            arguments += [c.c_int(V_KEY), c.c_char_p(key), c.c_size_t(len(key))]
        if value is not None:
            arguments += [c.c_int(V_VALUE), c.c_char_p(value), c.c_size_t(len(value))]
        for name, text in dict(headers).items():
            data = text if isinstance(text, bytes) else text.encode()
            arguments += [c.c_int(V_HEADER), c.c_char_p(name.encode()), c.c_char_p(data), c.c_ssize_t(len(data))]
        error = self.lib.rd_kafka_producev(rk, *arguments, c.c_int(0))
        if error:
            raise RuntimeError(f'{topic}: not written: {self.lib.rd_kafka_err2str(error).decode()}')

    # ---- topics

    def topics(self, rk):
        """The topics that the broker itself knows of at this moment."""
        m = c.POINTER(Metadata)()
        if self.lib.rd_kafka_metadata(rk, 1, None, c.byref(m), 5000):
            raise RuntimeError('the broker does not tell its topics')
        try:
            return {m.contents.topics[i].name.decode() for i in range(m.contents.topic_count)}
        finally:
            self.lib.rd_kafka_metadata_destroy(m)

    def set_topic(self, topic, limit_ms=15000, **settings):
        """What a topic is told of itself from now on; what is not named is as the broker has it for all."""
        rk = self._client(PRODUCER)
        try:
            queue, count, why = c.c_void_p(self.lib.rd_kafka_queue_new(rk)), c.c_size_t(), None
            wanted = (c.c_void_p * 1)(self.lib.rd_kafka_ConfigResource_new(RESOURCE_TOPIC, topic.encode()))
            for name, value in settings.items():
                self.lib.rd_kafka_ConfigResource_set_config(c.c_void_p(wanted[0]), name.replace('_', '.').encode(), str(value).encode())
            self.lib.rd_kafka_AlterConfigs(rk, wanted, c.c_size_t(1), None, queue)
            event = c.c_void_p(self.lib.rd_kafka_queue_poll(queue, limit_ms))
            result = event and self.lib.rd_kafka_event_AlterConfigs_result(event)
            if not result or self.lib.rd_kafka_event_error(event):
                raise RuntimeError(f'{topic} was not set to {settings}: {self.lib.rd_kafka_err2str(self.lib.rd_kafka_event_error(event)).decode() if event else "no answer"}')
            of = c.cast(self.lib.rd_kafka_AlterConfigs_result_resources(c.c_void_p(result), c.byref(count)), c.POINTER(c.c_void_p))
            if self.lib.rd_kafka_ConfigResource_error(c.c_void_p(of[0])):
                why = self.lib.rd_kafka_err2str(self.lib.rd_kafka_ConfigResource_error(c.c_void_p(of[0]))).decode()
            self.lib.rd_kafka_event_destroy(event)
            self.lib.rd_kafka_ConfigResource_destroy_array(wanted, c.c_size_t(1))
            self.lib.rd_kafka_queue_destroy(queue)
            if why:
                raise RuntimeError(f'{topic} was not set to {settings}: {why}')
        finally:
            self.lib.rd_kafka_destroy(rk)

    def delete_topics(self, names, limit_ms=15000):
        """Returns when the broker knows of none of them: what is sent to one that is still going would be lost with it."""
        rk = self._client(PRODUCER)
        try:
            queue = c.c_void_p(self.lib.rd_kafka_queue_new(rk))
            wanted = (c.c_void_p * len(names))(*[self.lib.rd_kafka_DeleteTopic_new(n.encode()) for n in names])
            self.lib.rd_kafka_DeleteTopics(rk, wanted, c.c_size_t(len(names)), None, queue)
            event = c.c_void_p(self.lib.rd_kafka_queue_poll(queue, limit_ms))
            if not event:
                raise RuntimeError('the broker did not delete the topics')
            self.lib.rd_kafka_event_destroy(event)
            self.lib.rd_kafka_DeleteTopic_destroy_array(wanted, c.c_size_t(len(names)))
            self.lib.rd_kafka_queue_destroy(queue)
            until = time.monotonic() + limit_ms / 1000
            while self.topics(rk) & set(names):
                if time.monotonic() > until:
                    raise RuntimeError('the broker still has the topics that were deleted')
                time.sleep(0.05)
        finally:
            self.lib.rd_kafka_destroy(rk)
