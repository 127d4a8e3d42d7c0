# Who may include whom. Arrows only point down: base < domain < io < flow < runtime < services; domain includes only base;
# a library's header stands in its one module of io; a service never includes another's.
function layer(path) {
    if (path ~ /^common\/base\//) return 1
    if (path ~ /^common\/domain\//) return 2
    if (path ~ /^common\/io\//) return 3
    if (path ~ /^common\/flow\//) return 4
    if (path ~ /^common\/runtime\//) return 5
    if (path ~ /^services\//) return 6
    return 9
}
function service(path, parts) { split(path, parts, "/"); return parts[2] }
function complain(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad = 1 }
BEGIN {
    owner["libpq-fe.h"] = "common/io/db"
    owner["librdkafka/rdkafka.h"] = "common/io/bus"
    owner["microhttpd.h"] = "common/io/http"
    owner["cjson/cJSON.h"] = "common/io/json"
    owner["utf8proc.h"] = "common/io/text"
    owner["rhonabwy.h"] = "common/io/token"
    owner["jansson.h"] = "common/io/token"
    owner["openssl/evp.h"] = "common/io/digest"
    owner["curl/curl.h"] = "common/io/fetch"
}
/^#include "/ {
    target = $2; gsub(/"/, "", target)
    from = layer(FILENAME); to = layer(target)
    if (FILENAME ~ /^(tests|tools)\//) next
    if (target ~ /^(common|services)\//) {
        if (to > from) complain("an arrow points up: " target)
        if (from == 2 && to != 1 && to != 2) complain("domain includes only base: " target)
        if (to == 6 && service(FILENAME) != service(target)) complain("a service includes another: " target)
        if (target ~ /_private\.h$/ && to != from) complain("a private header leaves its layer: " target)
    }
    if (target ~ /\.pb-c\.h$/ && FILENAME !~ /(events|events_[a-z]+|projections|catalogue_wire|catalogue_events)\.[ch]$/ && FILENAME !~ /^common\/flow\// && FILENAME !~ /^services\/ctl\//)
        complain("only events*.c and projections.c see the generated messages")
    if (FILENAME ~ /^services\/[a-z]+\/lifecycle\.c$/ && target ~ /^common\/(io|flow|runtime)\//) complain("lifecycle.c is pure: " target)
    if (FILENAME ~ /^services\/[a-z]+\/commands\.c$/ && target ~ /^common\/(io\/(http|json|bus)|flow\/(command|request))\.h/) complain("a command cannot know who asked: " target)
    if (FILENAME ~ /^services\/[a-z]+\/repo[a-z_]*\.c$/ && target ~ /^common\/(io\/(http|json|bus)|flow\/(command|request))\.h/) complain("repo.c speaks SQL only: " target)
}
/^#include </ {
    target = $2; gsub(/[<>]/, "", target)
    if (FILENAME ~ /^tests\//) next
    if (target in owner && index(FILENAME, owner[target]) != 1 && !(target == "librdkafka/rdkafka.h" && FILENAME ~ /^tools\/devbroker/))
        complain(target " belongs to " owner[target])
    if (FILENAME ~ /^common\/(base|domain)\// && target ~ /(pq|kafka|http|json|curl|openssl)/) complain("base and domain know no library: " target)
    if (FILENAME ~ /^services\/[a-z]+\/lifecycle\.c$/ && target == "time.h") complain("time arrives in the command")
}
END { exit bad }
