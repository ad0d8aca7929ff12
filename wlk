#!/bin/sh
# Runs wlk from a checkout: finds a JDK of 25 or newer, builds what is missing or older than its sources, starts it.
# Installed as bin/wlk beside lib/ with the jars of cli/target/lib, it builds nothing, and a JRE will do; a runtime/ beside
# lib/ goes before all others. Set WLK_JAVA_HOME to choose the JDK. Words go to stderr, so that the output of wlk can be piped.
# It runs before each command: what the shell can do itself is done without another process.
set -eu

self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=${self%/*}/$link ;;
  esac
done
case $self in
  */*) home=${self%/*} ;;
  *) home=. ;; # sh wlk
esac
lib=$home/cli/target/lib
installed=
if [ ! -f "$home/pom.xml" ]; then
  lib=$home/../lib
  installed=yes
fi

is_new_enough() { # a JDK's folder says its version in the file "release"
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS='="' read -r name _ version _; do
    if [ "$name" = JAVA_VERSION ]; then
      major=${version%%[!0-9]*}
      [ -n "$major" ] && [ "$major" -ge 25 ]
      return
    fi
  done <"$1/release"
  return 1
}

jdk=
for candidate in "${installed:+$home/../runtime}" "${WLK_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
  if [ -n "$candidate" ] && is_new_enough "$candidate"; then
    jdk=$candidate
    break
  fi
done
if [ -z "$jdk" ]; then
  echo "error[no_jdk]: wlk needs a JDK of version 25 or newer, and found none" >&2
  echo "hint: install one, or set WLK_JAVA_HOME to its folder" >&2
  exit 1
fi

is_stale() {
  [ -z "$installed" ] || return 1
  [ -f "$lib/.built" ] || return 0
  [ -n "$(find "$home/pom.xml" "$home/sdk/pom.xml" "$home/ingest-server/pom.xml" "$home/cli/pom.xml" \
    "$home/sdk/src/main" "$home/ingest-server/src/main" "$home/cli/src/main" -newer "$lib/.built" -print -quit 2>/dev/null)" ]
}

# The JVM does not look whether jars have changed since its cache was made, and would run what they were. So the cache has
# the time of the newest of our jars.
# shellcheck disable=SC3013 # -nt and -ot are POSIX since 2024, and older in each sh there is
is_current() {
  [ -f "$lib/wlk.aot" ] || return 1
  same=
  for jar in "$lib"/wlk*.jar; do
    if [ "$jar" -nt "$lib/wlk.aot" ]; then
      return 1
    fi
    [ "$jar" -ot "$lib/wlk.aot" ] || same=yes
  done
  [ -n "$same" ]
}

# start MAIN-CLASS ARGUMENTS…: Java in place of this shell. What the JVM says about a cache it cannot use is not for users.
start() {
  set -- -cp "$lib/wlk.jar" "$@"
  if is_current; then
    set -- "-XX:AOTCache=$lib/wlk.aot" "$@"
  fi
  if [ -d "$lib/native" ]; then
    set -- "-Dfr.acinq.secp256k1.lib.path=$lib/native" "$@"
  fi
  # shellcheck disable=SC2086
  exec "$jdk/bin/java" -XX:+UseSerialGC $tune -Xlog:disable --enable-native-access=ALL-UNNAMED \
    -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 -Dfile.encoding=UTF-8 "$@"
}

# Makes what lets wlk start fast, for this JDK and these jars. Without it wlk runs too, only slower.
warm_up() {
  rm -f "$lib/wlk.aot"
  (start com.wavlake.cli.start.WarmUp "$lib")
}

tune="-XX:TieredStopAtLevel=1 -XX:-UsePerfData"

building=
if is_stale; then
  command -v mvn >/dev/null 2>&1 || {
    echo "error[no_maven]: the first start builds wlk, and Maven (mvn) is not in PATH" >&2
    echo "hint: install Maven 3.8.7 or newer" >&2
    exit 1
  }
  tries=0
  until mkdir "$home/.building" 2>/dev/null; do # another wlk builds: wait for it
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ]; then
      echo "error[build]: another build does not end" >&2
      echo "hint: if none is running, remove $home/.building" >&2
      exit 1
    fi
    sleep 1
  done
  building=yes
  trap 'rmdir "$home/.building"' EXIT
  trap 'exit 130' INT TERM HUP
fi

if is_stale; then
  echo "building wlk (first use, or its sources changed) …" >&2
  : >"$home/.building.stamp" # before the build: what is edited meanwhile is newer
  if ! mvn -q -B -f "$home/pom.xml" -pl cli -am -Dmaven.test.skip=true package >"$home/.build.log" 2>&1; then
    tail -n 30 "$home/.build.log" >&2
    echo "error[build]: the build failed; all of it is in $home/.build.log" >&2
    exit 1
  fi
  warm_up >"$home/.build.log" 2>&1 || :
  rm -f "$home/.build.log"
  mv "$home/.building.stamp" "$lib/.built"
fi
if [ -n "$building" ]; then # an exec runs no EXIT trap
  rmdir "$home/.building"
  trap - EXIT INT TERM HUP
fi

if [ -z "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ]; then
  LC_ALL=C.UTF-8
  export LC_ALL
fi

for word; do
  if [ "$word" = serve ]; then # long-running: the full compiler; a heap that grows when it has to
    tune=-Xms64m
  fi
done
case ${1:-} in
  warm-up)
    warm_up
    exit
    ;;
esac
start com.wavlake.cli.Wlk "$@"
