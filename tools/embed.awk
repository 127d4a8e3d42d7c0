# Turns text files into one C array of {name, text}: awk -v name=intake_sql -f embed.awk FILES.
# Lines become string literals, so a file stays readable in the generated C and in a debugger.
BEGIN { count = 0; printf "#include \"common/base/embed.h\"\n\n" }
FNR == 1 && FILENAME != "/dev/null" {
    if (count) printf ";\n"
    files[count] = FILENAME
    printf "static const char text_%d[] = \"\"\n", count++
}
FILENAME != "/dev/null" {
    line = $0
    gsub(/\\/, "\\\\", line); gsub(/"/, "\\\"", line); gsub(/\?\?/, "?\\?", line); gsub(/\r/, "\\r", line)
    printf "    \"%s\\n\"\n", line
}
END {
    if (count) printf ";\n"
    printf "\nconst struct embedded %s[] = {\n", name
    for (i = 0; i < count; i++) {
        short = files[i]; sub(/.*\//, "", short)
        printf "    { \"%s\", text_%d, sizeof text_%d - 1 },\n", short, i, i
    }
    printf "    { 0, 0, 0 },\n};\n"
}
