# Makes the gateway's locations from the services' route tables.
#
# Input: lines of   service TAB method TAB path TAB right TAB description   in which :name or {name} is one segment
# of the path and a last segment * is any rest. Output: nginx locations, to be included in a server block.
#
# A path has one owner. Two services that name the same path, or patterns that could match the same path, are an
# error, since nginx would send both to whichever comes first. An exact path may lie inside another service's pattern:
# nginx looks at exact paths first.

BEGIN { FS = "\t"; bad = 0; n = 0 }

/^#/ || NF == 0 { next }

NF < 3 || $3 !~ /^\// || $1 !~ /^[a-z]+$/ {
    complain("line " NR " is no route: " $0)
    next
}

# Health and metrics are for operators, not for the world.
$3 == "/healthz" || $3 == "/readyz" || $3 == "/metrics" { next }

{
    shape = $3
    gsub(/\{[^}\/]*\}|:[A-Za-z_]+/, ":", shape)
    if (shape in owner) {
        if (owner[shape] != $1)
            complain($3 " belongs to " owner[shape] " and to " $1)
        next
    }
    owner[shape] = $1
    shapes[++n] = shape
}

END {
    if (!("/" in owner)) {
        owner["/"] = "audit"
        shapes[++n] = "/"
    } else if (owner["/"] != "audit")
        complain("/ is the front page of audit, not of " owner["/"])
    for (i = 1; i <= n; i++)
        for (j = i + 1; j <= n; j++)
            if (owner[shapes[i]] != owner[shapes[j]] && pattern(shapes[i]) && pattern(shapes[j]) &&
                overlap(shapes[i], shapes[j]))
                complain(shapes[i] " of " owner[shapes[i]] " and " shapes[j] " of " owner[shapes[j]] \
                         " match the same paths")
    if (bad)
        exit 1

    for (i = 1; i <= n; i++)
        if (!pattern(shapes[i]))
            location("= " shapes[i], owner[shapes[i]])
    # nginx takes the first pattern that matches. Patterns of one service all lead to it, so their order is free.
    for (i = 1; i <= n; i++)
        if (pattern(shapes[i]))
            location("~ \"^" regex(shapes[i]) "$\"", owner[shapes[i]])
}

function location(where, service) {
    printf "location %s { proxy_pass http://%s; }\n", where, service
}

function pattern(shape) { return shape ~ /:|\/\*$/ }

function regex(shape,    r) {
    r = shape
    gsub(/[.+?()|^$\\]/, "\\\\&", r)
    gsub(/:/, "[^/]+", r)
    sub(/\*$/, ".*", r)
    return r
}

function overlap(a, b,    x, y, na, nb, k) {
    na = split(a, x, "/")
    nb = split(b, y, "/")
    for (k = 1; k <= na && k <= nb; k++) {
        if (x[k] == "*" || y[k] == "*")
            return 1
        if (x[k] != y[k] && x[k] !~ /:/ && y[k] !~ /:/)
            return 0
    }
    return na == nb
}

function complain(what) {
    print "locations.awk: " what > "/dev/stderr"
    bad = 1
}
