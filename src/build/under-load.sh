#!/usr/bin/env bash
# Runs the tests beside busy loops, to find those that hold only on an idle machine.
#
#   src/build/under-load.sh                      everything: sensitive classes 20 times, the others 3 times, all 3 times
#   src/build/under-load.sh FooTests BarTests    these classes, 20 times
#   src/build/under-load.sh --suite              the whole suite, 3 times
#
# LOOPS (4) busy loops of the same priority run beside it; SENSITIVE (20), OTHERS (3) and SUITE (3) say how often.
# Sensitive is a class whose source, or that of the fixture it extends, has to do with threads, files, time or network.
# The exit code is 0 if every run was green. The output of red runs is kept in target/under-load.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

reports=target/under-load
mkdir -p "$reports"
loops=()
trap 'kill "${loops[@]}" 2>/dev/null || true' EXIT
for ((i = 0; i < ${LOOPS:-4}; i++)); do
	(while :; do :; done) &
	loops+=($!)
done

failed=0

# Runs Maven's tests so many times: times, name, further arguments.
run() {
	local times=$1 name=$2 log
	shift 2
	for ((n = 1; n <= times; n++)); do
		log="$reports/$name-$n.log"
		if mvn -B -ntp test "$@" </dev/null >"$log" 2>&1; then
			echo "$name, run $n of $times: green"
			rm "$log"
		else
			failed=1
			echo "$name, run $n of $times: RED, see $log"
			grep -E '^\[ERROR\] +[A-Za-z_$]+(Tests)?[.:>]' "$log" | sort -u || true
		fi
	done
}

classes() {
	run "$1" "$2" -Dtest="$3" -Dsurefire.failIfNoSpecifiedTests=false
}

sources() {
	git ls-files -co --exclude-standard '*Tests.java' '*Tests.kt'
}

# The classes that match (or, with -v, do not match), joined by commas.
matching() {
	local option=$1 source parent concerned
	while read -r source; do
		parent=$(sed -nE 's/.*class \w+ extends (\w+).*/\1/p' "$source" | head -n 1)
		parent=${parent:+$(git ls-files -co --exclude-standard "*/$parent.java" | head -n 1)}
		if grep -qE 'Thread|Process|Child|Executor|Future|Latch|Schedule|TempDir|Path\b|Clock|Duration|Instant|[Hh]ttp|Simulator|Context' "$source" ${parent:+"$parent"}
		then concerned=-e; else concerned=-v; fi
		if [[ $concerned == "$option" ]]; then basename "${source%.*}"; fi
	done < <(sources) | sort -u | paste -sd, -
}

if [[ ${1:-} == --suite ]]; then
	run "${SUITE:-3}" suite
elif [[ $# -gt 0 ]]; then
	classes "${SENSITIVE:-20}" named "$(IFS=, && echo "$*")"
else
	classes "${SENSITIVE:-20}" sensitive "$(matching -e)"
	classes "${OTHERS:-3}" others "$(matching -v)"
	run "${SUITE:-3}" suite
fi
exit "$failed"
