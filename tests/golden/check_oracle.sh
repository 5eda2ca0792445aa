#!/bin/sh
# check_oracle.sh PYTHON: the oracle against answers worked out by hand.
python=$1 oracle=$(dirname "$0")/oracle.py
failed=0

# expect WHAT ANSWER INPUT: both with the escapes of printf; the answer's lines joined by '|'.
expect()
{
    # shellcheck disable=SC2059  # the input is the format: it says where the NULs are
    got=$(printf "$3" | "$python" "$oracle" "--$1" - | tr '\n' '|')
    [ "$got" = "$2" ] || {
        echo "FAILED: $1 of '$3': '$got' instead of '$2'"
        failed=1
    }
}

expect folded 'a;b 5|a;c 3|' 'a;c 3\na;b 2\na;b 3\n'
expect folded 'a 1|a;b 2|' 'a;b 2\na 1'
expect folded 'a 2|b 2|c 1|' 'c 1\nb 2\na 1\na;x 0\na 0\na 1\n'
expect folded 'w 9|' '\357\273\277w 9\n'
expect folded 'y; 2|;;x 1|' 'y; 2\n;;x 1\n'
expect folded 'a b;c 5|' ' \ta b;c  \t 5 \t\r\n'
expect folded 'a 1|a;foo 12 5|' 'a;foo 12 5\na 1\n'
expect folded 'a;b 3 4|c 1 2|d 5 0|' 'd 5 0\na;b 3 4\nc 1 2\n'
expect folded '#foo 3|' '#\n# x 3\n#y\n#foo 3\n\n'
expect folded 'b 2|a 1.5|' 'a 1.5\nb 2.\n'
expect folded 'a 3|' 'a 1.5\na 1.5\n'
expect folded 'a;b 3 4|c 1 0|' 'x y\na;b 3 4\nc 1 0\n7\n'
expect folded 'a 18446744073709551615|' 'a 18446744073709551615\nb 18446744073709551616\nc 18446744073709551615.1\n'
expect folded 'a 1.000000001|b 1|' 'a 1.0000000005\nb 1.0000000004\n'
expect tree '1	3	1	a|2	2	2	b|' 'a 1\na;b 2\n'
expect stat '{"functions": 3, "ignored": 4, "ignored_by_cause": {"negative": 1, "no_count": 1, '\
'"no_stack": 1, "too_large": 1}, "max_depth": 3, "nodes": 5, "records": 3, "stacks": 3, "total": 3}|' \
    'a;b;a 1\na;b;c 0\nb 2\nx y\nx -5\n7\nx 99999999999999999999\n'
exit $failed
