"""As much Kafka as a test needs, through librdkafka (which the services link anyway) and ctypes: read a topic from its
beginning to its end, put a message on it, delete topics."""
import ctypes as c
import ctypes.util

PRODUCER, CONSUMER = 0, 1
PARTITION_EOF, NO_OFFSET = -191, -168
BEGINNING = -2
V_TOPIC, V_PARTITION, V_VALUE, V_KEY, V_FLAGS, V_HEADER = 1, 3, 4, 5, 7, 9
FLAG_COPY = 2


class Message(c.Structure):
    _fields_ = [('err', c.c_int), ('rkt', c.c_void_p), ('partition', c.c_int32), ('payload', c.c_void_p), ('len', c.c_size_t),
                ('key', c.c_void_p), ('key_len', c.c_size_t), ('offset', c.c_int64), ('_private', c.c_void_p)]


def _library():
    lib = c.CDLL(ctypes.util.find_library('rdkafka') or 'librdkafka.so.1')
    for name in ('conf_new', 'new', 'topic_partition_list_new', 'topic_partition_list_add', 'queue_new', 'queue_poll',
                 'DeleteTopic_new', 'consumer_poll', 'producev', 'event_DeleteTopics_result', 'DeleteTopics_result_topics'):
        getattr(lib, 'rd_kafka_' + name).restype = c.c_void_p
    lib.rd_kafka_topic_name.restype = c.c_char_p
    lib.rd_kafka_err2str.restype = c.c_char_p
    lib.rd_kafka_consumer_poll.restype = c.POINTER(Message)
    lib.rd_kafka_producev.restype = c.c_int
    return lib


class Record:
    def __init__(self, topic, partition, offset, key, value, headers):
        self.topic, self.partition, self.offset, self.key, self.value, self.headers = topic, partition, offset, key, value, headers


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
        rk = self._client(CONSUMER, group_id='taicho-test', enable_partition_eof='true', enable_auto_commit='false')
        out = []
        try:
            self.lib.rd_kafka_poll_set_consumer(rk)
            wanted = c.c_void_p(self.lib.rd_kafka_topic_partition_list_new(partitions))
            for p in range(partitions):
                self.lib.rd_kafka_topic_partition_list_add(wanted, topic.encode(), p)
                self.lib.rd_kafka_topic_partition_list_set_offset(wanted, topic.encode(), p, c.c_int64(BEGINNING))
            self.lib.rd_kafka_assign(rk, wanted)
            self.lib.rd_kafka_topic_partition_list_destroy(wanted)
            left, polls = set(range(partitions)), 0
            while left:
                m = self.lib.rd_kafka_consumer_poll(rk, 100)
                if not m:
                    polls += 1
                    if polls > limit * 10:
                        raise AssertionError(f'{topic}: the end of partitions {sorted(left)} was not reached in {limit} s')
                    continue
                try:
                    if m.contents.err == PARTITION_EOF:
                        left.discard(m.contents.partition)
                    elif not m.contents.err:
                        out.append(self._record(topic, m))
                finally:
                    self.lib.rd_kafka_message_destroy(m)
        finally:
            self.lib.rd_kafka_consumer_close(rk)
            self.lib.rd_kafka_destroy(rk)
        return out

    def _record(self, topic, m):
        d, headers, list_ = m.contents, {}, c.c_void_p()
        if not self.lib.rd_kafka_message_headers(m, c.byref(list_)):
            i, name, value, size = 0, c.c_char_p(), c.c_void_p(), c.c_size_t()
            while not self.lib.rd_kafka_header_get_all(list_, c.c_size_t(i), c.byref(name), c.byref(value), c.byref(size)):
                headers[name.value.decode()] = c.string_at(value, size.value).decode('utf-8', 'replace')
                i += 1
        take = lambda p, n: c.string_at(p, n) if p else None
        return Record(topic, d.partition, d.offset, take(d.key, d.key_len), take(d.payload, d.len), headers)

    # ---- writing

    def write(self, topic, partition, key, value, headers=(), limit_ms=10000):
        rk = self._client(PRODUCER, acks='all')
        try:
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
            if error or self.lib.rd_kafka_flush(rk, limit_ms):
                raise RuntimeError(f'{topic}: not written: {self.lib.rd_kafka_err2str(error).decode()}')
        finally:
            self.lib.rd_kafka_destroy(rk)

    # ---- topics

    def delete_topics(self, names, limit_ms=15000):
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
        finally:
            self.lib.rd_kafka_destroy(rk)
