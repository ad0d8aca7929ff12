#!/usr/bin/env bash
# Unpacks what `mvn -Pdist package -DskipTests` made and uses it as somebody would who has no Java: from a folder with a
# space in its name, through a symbolic link, in an empty environment, with the machine's own JDKs out of sight.
# shellcheck disable=SC2016,SC2317 # functions are called by check, and other shells expand what is quoted
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${WLK_DIST_HIDDEN:-}" != yes ] && [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
  WLK_DIST_HIDDEN=yes exec unshare -m sh -c '
    for folder in /usr/lib/jvm /opt/java; do
      if [ -d "$folder" ]; then mount -t tmpfs none "$folder"; fi
    done
    exec "$0" "$@"' "$PWD/packaging/test-dist.sh" "$@"
fi

archive=$(ls cli/target/dist/wlk-*-linux-*.tar.gz)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/a folder" "$scratch/home" "$scratch/tmp"
tar -xzf "$archive" -C "$scratch/a folder"
tree=$(echo "$scratch/a folder"/wlk-*)
ln -s "$tree/bin/wlk" "$scratch/wlk"

failed=0
check() { # WHAT COMMAND…
  local what=$1
  shift
  if "$@" >"$scratch/said" 2>&1; then
    echo "ok      $what"
  else
    echo "FAILED  $what"
    sed 's/^/        /' "$scratch/said"
    failed=1
  fi
}
bare() { env -i PATH=/usr/bin:/bin HOME="$scratch/home" TMPDIR="$scratch/tmp" NOSTR_SECRET_KEY="$(printf '%064d' 7)" "$@"; }
wlk() { bare "$scratch/wlk" "$@"; }

is_version() { wlk version | grep -Eq '^wlk [0-9].* \(Java 25'; }
is_silent() { [ -z "$(wlk version 2>&1 >/dev/null)" ]; }
uses_its_own_java() {
  [ "$(readlink -f "$tree/runtime/bin/java")" = "$(bare sh -xc '. "$1" version' "$tree/bin/wlk" "$tree/bin/wlk" 2>&1 |
    sed -n 's/^+ exec \(.*bin\/java\) .*/\1/p' | tr -d "'" | xargs -d '\n' readlink -f)" ]
}
uses_the_cache() {
  local java=("$tree/runtime/bin/java" "-XX:AOTCache=$tree/lib/wlk.aot" -XX:AOTMode=on -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED)
  bare "${java[@]}" -cp "$tree/lib/wlk.jar" com.wavlake.cli.Wlk version
}
signs() { echo '{"kind":1,"content":"hello"}' | wlk event sign | tee "$scratch/event" | grep -q '"sig":"[0-9a-f]\{128\}"' && wlk event verify <"$scratch/event"; }
leaves_nothing() { [ -z "$(ls -A "$scratch/tmp")" ] && [ -z "$(ls -A "$scratch/home")" ]; }
plays_the_demo() { wlk demo --once --json | tail -n 1 | grep -q '^{'; }
has_pages() { MANPATH="$tree/share/man" man -P cat wlk | grep -q NAME; }
has_documents() {
  local doc=$tree/share/doc/wlk
  [ -s "$doc/LICENSE" ] && [ -s "$doc/README.md" ] && [ -s "$doc/docs/cli.md" ] && [ -s "$doc/THIRD-PARTY.txt" ] &&
    grep -q CycloneDX "$doc/sbom.cdx.json" && grep -rq 'Apache License' "$doc/licences"
}
completes_in_bash() { bash -c 'source "$1" && complete -p wlk' bash "$tree/share/bash-completion/completions/wlk"; }
completes_in_zsh() { zsh -fc 'fpath=("$1" $fpath); autoload -Uz compinit && compinit -u -d "$2" && (( $+_comps[wlk] ))' zsh "$tree/share/zsh/site-functions" "$scratch/dump"; }
completes_in_fish() { bare fish --no-config -c 'source $argv[1]; complete -C "wlk ver" | string match -q "version*"' "$tree/share/fish/vendor_completions.d/wlk.fish"; }

check "wlk version, through a link, from a folder with a space" is_version
check "nothing on stderr" is_silent
check "its own Java" uses_its_own_java
check "the cache is taken" uses_the_cache
check "signs and verifies" signs
check "no file is left behind" leaves_nothing
check "the demo" plays_the_demo
check "documents, licences, SBOM" has_documents
if command -v man >/dev/null; then check "manual page" has_pages; fi
for shell in bash zsh fish; do
  if command -v "$shell" >/dev/null; then check "completion in $shell" "completes_in_$shell"; fi
done
exit "$failed"
