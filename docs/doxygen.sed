# What Doxygen reads of a header: `sed -E -f docs/doxygen.sed <header>`. Keeps the number of lines.

# What the language or the standard library says needs no comment of ours.
s/^.* = default;$//
/^struct std::hash/,/^};/s/.*//

# Examples in comments are indented by two; Markdown takes four for code.
/^ *\/\/\/$/,/^ *\/\/\/( ?[^ ]|$)/s/^( *\/\/\/)   /\1     /
