# shellcheck shell=bash
# TCP ports of the loopback address.

# port_answers PORT: does somebody listen there?
port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# port_free PORT: nobody uses it now, and nobody keeps it: tests claim a port by the UDP socket of its number.
port_free() {
    ! awk '{ split($2, a, ":"); print a[2] }' /proc/net/tcp /proc/net/tcp6 /proc/net/udp 2>/dev/null |
        grep -qix "$(printf '%04X' "$1")"
}

# port_pick: a free port. Below 32768, where Linux begins to hand out ports to clients, so that no passing connection
# takes it before the server does.
port_pick() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        port_free "$port" && break
    done
    echo $port
}
