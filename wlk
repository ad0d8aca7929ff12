#!/bin/sh
# Runs wlk from a checkout: finds a JDK of 25 or newer, builds what is missing or older than its sources, starts it.
# Installed as bin/wlk beside lib/ with the jars of cli/target/lib, it builds nothing, and a JRE will do.
# Set WLK_JAVA_HOME to choose the JDK. Words go to stderr, so that the output of wlk can be piped.
set -eu

self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
home=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd)
lib=$home/cli/target/lib
installed=
if [ ! -f "$home/pom.xml" ]; then
  lib=$home/../lib
  installed=yes
fi

is_new_enough() { # a JDK's folder says its version in the file "release"
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ -n "$major" ] && [ "$major" -ge 25 ]
}

find_jdk() {
  for candidate in "${WLK_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    if [ -n "$candidate" ] && is_new_enough "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

jdk=$(find_jdk) || {
  echo "error[no_jdk]: wlk needs a JDK of version 25 or newer, and found none" >&2
  echo "hint: install one, or set WLK_JAVA_HOME to its folder" >&2
  exit 1
}

is_stale() {
  [ -z "$installed" ] || return 1
  [ -f "$lib/.built" ] || return 0
  [ -n "$(find "$home/pom.xml" "$home/sdk/pom.xml" "$home/ingest-server/pom.xml" "$home/cli/pom.xml" \
    "$home/sdk/src/main" "$home/ingest-server/src/main" "$home/cli/src/main" -newer "$lib/.built" 2>/dev/null | head -n 1)" ]
}

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
  trap 'exit 130' INT TERM
fi

if is_stale; then
  echo "building wlk (first use, or its sources changed) …" >&2
  : >"$home/.building.stamp" # before the build: what is edited meanwhile is newer
  if ! mvn -q -B -f "$home/pom.xml" -pl cli -am -Dmaven.test.skip=true package >"$home/.build.log" 2>&1; then
    tail -n 30 "$home/.build.log" >&2
    echo "error[build]: the build failed; all of it is in $home/.build.log" >&2
    exit 1
  fi
  rm -f "$home/.build.log"
  mv "$home/.building.stamp" "$lib/.built"
fi
if [ -n "$building" ]; then # an exec runs no EXIT trap
  rmdir "$home/.building"
  trap - EXIT INT TERM
fi

if [ -z "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ]; then
  LC_ALL=C.UTF-8
  export LC_ALL
fi

case ${1:-} in
  serve) tune=-Xms64m ;; # long-running: the full compiler; a heap that grows when it has to
  *) tune="-XX:TieredStopAtLevel=1" ;;
esac
# shellcheck disable=SC2086
exec "$jdk/bin/java" -XX:+UseSerialGC $tune -Xshare:auto --enable-native-access=ALL-UNNAMED \
  -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 -Dfile.encoding=UTF-8 -cp "$lib/*" com.wavlake.cli.Wlk "$@"
