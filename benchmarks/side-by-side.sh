# shellcheck shell=bash
# What the side-by-side scripts have in common; sourced by them. Everything that was started and every
# folder that was made goes when the script does, also by Ctrl-C.

: "${WLK_JAVA_HOME:?set WLK_JAVA_HOME to a JDK of version 25 or newer}"
home=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
java=$WLK_JAVA_HOME/bin/java
lib=$home/cli/target/lib
programs=$home/benchmarks/src/main/java/com/wavlake/benchmarks
SERVER_JAVA_OPTS=${SERVER_JAVA_OPTS--XX:+UseSerialGC -Xms64m -Xshare:auto} # as ./wlk starts it
work=$(mktemp -d)
memory=$(mktemp -d /dev/shm/wlk-benchmark.XXXXXX)
started=()

finish() {
  trap - EXIT
  trap '' INT TERM HUP
  stop "${started[@]}"
  rm -rf "$work" "$memory"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

calculate() { awk "BEGIN { printf \"$1\", $2 }"; }

# pause SECONDS: a trap does not wait for its end, as it would for that of a plain sleep
pause() {
  sleep "$1" &
  started+=($!)
  wait $! || true
  unset 'started[-1]'
}

is_running() { # a zombie is not
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null && [[ ${stat##*) } != Z* ]]
}

# stop PID…: SIGTERM, after 5 s SIGKILL; only what this script has started
stop() {
  local pid tries
  for pid; do kill "$pid" 2>/dev/null || true; done
  for pid; do
    for ((tries = 0; tries < 50; tries++)); do
      is_running "$pid" || break
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}

# tree PID: it, and what it has started, one a line
tree() {
  local file stat fields
  echo "$1"
  for file in /proc/[0-9]*/stat; do
    { read -r stat <"$file"; } 2>/dev/null || continue
    read -ra fields <<<"${stat##*) }"
    if ((fields[1] == $1)); then
      tree "${stat%% *}"
    fi
  done
}

# cpu PID…: their CPU seconds so far, user and system
cpu() {
  local pid stat fields ticks=0
  for pid; do
    read -r stat <"/proc/$pid/stat"
    read -ra fields <<<"${stat##*) }"
    ((ticks += fields[11] + fields[12])) || true
  done
  calculate %.2f "$ticks / $(getconf CLK_TCK)"
}

# megabytes Pss|Rss PID…: their memory
megabytes() {
  local pid what=$1 files=()
  shift
  for pid; do files+=("/proc/$pid/smaps_rollup"); done
  awk -v what="$what:" '$1 == what { sum += $2 } END { printf "%.1f", sum / 1024 }' "${files[@]}"
}

# get URL: the body of an answer; fails when that is not a 200
get() {
  local rest=${1#http://} status line
  local authority=${rest%%/*}
  exec 9<>"/dev/tcp/${authority%:*}/${authority##*:}" || return
  printf 'GET /%s HTTP/1.0\r\nHost: %s\r\n\r\n' "${rest#*/}" "$authority" >&9
  IFS= read -r status <&9 || return
  while IFS= read -r line <&9 && [[ $line != $'\r' ]]; do :; done
  cat <&9
  exec 9>&-
  [[ $status == *' 200 '* ]]
}

free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)) && (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# await_port PORT PID LOG: until it listens
await_port() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    is_running "$2" || break
    sleep 0.1
  done
  tail -n 20 "$3" >&2
  return 1
}

# start_wlk SETTING…: builds and starts our server; sets wlk_pid, wlk_http
start_wlk() {
  local settings=() setting tries
  for setting; do settings+=(--set "$setting"); done
  "$home/wlk" version >/dev/null
  : >"$work/wlk.json" # it is read below, maybe before the shell behind & makes it
  # shellcheck disable=SC2086
  "$java" $SERVER_JAVA_OPTS --enable-native-access=ALL-UNNAMED -cp "$lib/wlk.jar" com.wavlake.cli.Wlk serve --json \
    --set rtmp.port=0 --set http.port=0 --set admin.port=0 --set data.dir="$work/data" \
    "${settings[@]}" >"$work/wlk.json" 2>"$work/wlk.log" &
  wlk_pid=$!
  started+=("$wlk_pid")
  for ((tries = 0; tries < 300; tries++)); do
    wlk_http=$(sed -n 's/.*"http":"\([^"]*\)".*/\1/p' "$work/wlk.json")
    [[ -z $wlk_http ]] || return 0
    is_running "$wlk_pid" || break
    sleep 0.1
  done
  cat "$work/wlk.log" >&2
  die "our server does not start"
}

# create_streams COUNT: a line each, RTMP URL and HLS URL
create_streams() {
  "$java" -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp "$lib/wlk.jar" \
    "$programs/CreateStreams.java" "$wlk_http" "$1" 2>"$work/create.log" || {
    cat "$work/create.log" >&2
    return 1
  }
}

# make_clip FILE: 30 s of 720p30, 2.5 Mbit/s H.264 with a key frame every 2 s, 160 kbit/s AAC
make_clip() {
  say "making the clip …"
  ffmpeg -nostdin -v error \
    -f lavfi -i "testsrc2=size=1280x720:rate=30,noise=alls=12:allf=t" \
    -f lavfi -i "anoisesrc=color=pink:sample_rate=48000:amplitude=0.3" -t 30 \
    -c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -g 60 -keyint_min 60 -sc_threshold 0 \
    -b:v 2500k -minrate 2500k -maxrate 2500k -bufsize 2500k -c:a aac -b:a 160k -ac 2 -f flv "$1"
}

megabits() { # a clip's rate
  calculate %.2f "$(stat -c %s "$1") * 8 / $(ffprobe -v error -show_entries format=duration -of csv=p=0 "$1") / 1e6"
}

# publish CLIP URL PROGRESS: an encoder in the background; its pid is the last of started
publish() {
  ffmpeg -nostdin -v error -nostats -progress "$3" -re -stream_loop -1 -i "$1" -c copy -f flv "$2" \
    >/dev/null 2>>"$work/encoders.log" &
  started+=($!)
}

describe_machine() {
  echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores," \
    "Linux $(uname -r), load $(cut -d' ' -f1 /proc/loadavg) before"
  echo "wlk: $("$home/wlk" version), $(git -C "$home" describe --always --dirty 2>/dev/null || echo no git)," \
    "JVM options: ${SERVER_JAVA_OPTS:-none}"
}

# complaints: what our server has logged as a warning or an error
complaints() {
  if grep -qE ' (WARN|ERROR) ' "$work/wlk.log"; then
    echo "our server's log:"
    grep -E ' (WARN|ERROR) ' "$work/wlk.log" | cut -d' ' -f2- | cut -c1-200 | sort | uniq -c | sort -rn | head -n 10
  fi
}
