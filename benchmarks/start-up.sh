#!/usr/bin/env bash
# How long wlk takes to start, launcher included, beside a JVM that says hello. hyperfine measures all of them in each of
# several rounds, so that what else the machine does meets all of them alike.
#
#   benchmarks/start-up.sh [WLK]     a launcher: ./wlk by default, or the bin/wlk of an unpacked archive
#
# WLK_JAVA_HOME names the JDK; that of an archive is its own. ROUNDS=20 measures longer.
set -euo pipefail
cd "$(dirname "$0")/.."

wlk=${1:-./wlk}
jdk=${WLK_JAVA_HOME:-}
for candidate in /usr/lib/jvm/*25*; do
  if [ -z "$jdk" ] && [ -x "$candidate/bin/javac" ]; then jdk=$candidate; fi
done
for tool in hyperfine jq "$jdk/bin/javac"; do
  command -v "$tool" >/dev/null || { echo "start-up.sh needs $tool" >&2; exit 1; }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat >"$scratch/Hello.java" <<'JAVA'
public class Hello {
  public static void main(String[] arguments) {
    System.out.println("hello");
  }
}
JAVA
"$jdk/bin/javac" -d "$scratch" "$scratch/Hello.java"
echo '{"kind":1,"content":"hello"}' >"$scratch/template"
export HOME=$scratch WLK_CONFIG_DIR=$scratch/config NOSTR_SECRET_KEY
NOSTR_SECRET_KEY=$(printf '%064d' 7) # anybody's
"$wlk" version >/dev/null            # a checkout builds now
"$wlk" event sign <"$scratch/template" >"$scratch/event"

for round in $(seq "${ROUNDS:-8}"); do
  hyperfine --shell=sh --warmup 1 --runs 5 --export-json "$scratch/round-$round.json" \
    -n "java, Serial GC, C1: hello" "'$jdk/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -cp '$scratch' Hello" \
    -n "java: hello" "'$jdk/bin/java' -cp '$scratch' Hello" \
    -n "wlk version" "'$wlk' version" \
    -n "wlk identity show" "'$wlk' identity show" \
    -n "wlk event sign" "'$wlk' event sign <'$scratch/template'" \
    -n "wlk event verify" "'$wlk' event verify <'$scratch/event'" \
    -n "wlk --help" "'$wlk' --help" >/dev/null 2>"$scratch/said" || { cat "$scratch/said" >&2; exit 1; }
done

jq -rs '
  def rounded: . * 100 | round / 100;
  def median: sort | .[length / 2 | floor];
  [[.[].results[]] | group_by(.command)[] | {command: .[0].command, times: [.[].times[]]}
    | {command, median: (.times | median * 1000), least: (.times | min * 1000)}] | sort_by(.median)
  | (.[] | select(.command | startswith("java, "))) as $bare | (.[] | select(.command == "java: hello")) as $plain
  | "| command | median ms | least ms | to hello with C1 | to hello |", "|---|---|---|---|---|",
    (.[] | "| \(.command) | \(.median | rounded) | \(.least | rounded) | \(.median / $bare.median | rounded) | \(.median / $plain.median | rounded) |")
' "$scratch"/round-*.json
