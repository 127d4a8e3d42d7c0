# shellcheck shell=bash
# TCP ports of the loopback address.

# port_answers PORT: does somebody listen there?
port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# port_pick: a port that nobody uses now. Below 32768, where Linux begins to hand out ports to clients, so that no
# passing connection takes it before the server does. A UDP socket keeps its port free too: tests claim theirs that way.
port_pick() {
    local port used
    used=$(awk '{ split($2, a, ":"); print a[2] }' /proc/net/tcp /proc/net/tcp6 /proc/net/udp 2>/dev/null)
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        grep -qix "$(printf '%04X' $port)" <<<"$used" || break
    done
    echo $port
}
