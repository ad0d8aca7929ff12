#!/bin/bash
# Writes what a person sees of real runs to docs/recordings/*.txt: wlk in a terminal of tmux's, against a server on loopback in
# a temporary folder. Needs tmux and ffmpeg. WLK names the wlk to record; without it, the one of this checkout.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
wlk=${WLK:-$here/../../wlk}
temp=$(mktemp -d)
socket=$temp/tmux
server=
day=$(date -u +%Y-%m-%d)

clean_up() {
  tmux -S "$socket" kill-server 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  rm -rf "$temp"
}
trap clean_up EXIT

mkdir "$temp/bin" "$temp/home"
ln -s "$(readlink -f "$wlk")" "$temp/bin/wlk"
"$temp/bin/wlk" version >/dev/null # builds what is missing
cat >"$temp/rc" <<RC
PS1='\$ '
PATH=$temp/bin:\$PATH
cd $temp/home
unset HISTFILE
RC

window() { # a shell in a terminal: its name, whose folder, how high
  tmux -S "$socket" -f /dev/null new-session -d -s "$1" -x 120 -y "${3:-38}" \
    "env -i HOME=$temp/home TERM=xterm-256color LC_ALL=C.UTF-8 PATH=$PATH WLK_CONFIG_DIR=$temp/$2 \
     ${WLK_JAVA_HOME:+WLK_JAVA_HOME=$WLK_JAVA_HOME} bash --rcfile $temp/rc -i"
  at_prompt "$1"
}

at_prompt() { # waits until a window's last line is the prompt alone
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    [ "$(tmux -S "$socket" capture-pane -p -t "$1" | grep -v '^$' | tail -n 1)" = '$' ] && return
    sleep 0.2
  done
  echo "$1 has no prompt" >&2
  return 1
}

keys() { # what a person types into a window
  tmux -S "$socket" send-keys -t "$1" -l "$2"
  tmux -S "$socket" send-keys -t "$1" "${3:-Enter}"
}

seen() { # waits until a line of a window is like that
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    tmux -S "$socket" capture-pane -p -t "$1" | grep -Eq -- "$2" && return
    sleep 0.2
  done
  echo "$1 never showed: $2" >&2
  tmux -S "$socket" capture-pane -p -t "$1" >&2
  return 1
}

run() { # a command to its end
  keys "$1" "$2; echo \"exit code \$?\""
  seen "$1" '^exit code [0-9]'
  at_prompt "$1"
}

keep() { # a window, as a file: name, title, windows
  local file=$here/$1.txt
  echo "# $2, recorded $day" >"$file"
  shift 2
  for pane in "$@"; do
    echo >>"$file"
    tmux -S "$socket" capture-pane -p -J -S -60 -t "$pane" |
      sed -e 's/; echo "exit code $?"//' -e '/^exit code 0$/d' -e "s#$temp/home#~#g" -e "s#$temp/#~/.config/wlk-#g" -e 's/ *$//' |
      sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' | sed -e '$ { /^\$$/d }' >>"$file"
  done
  echo "recorded $(basename "$file"), $(wc -l <"$file") lines" >&2
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

http=$(free_port)
url=http://127.0.0.1:$http
"$temp/bin/wlk" serve --set http.port="$http" --set rtmp.port="$(free_port)" --set admin.port="$(free_port)" \
  --set data.dir="$temp/data" >"$temp/serve.log" 2>&1 &
server=$!
for ((i = 0; i < 150; i++)); do
  curl -fs "$url/health/ready" >/dev/null && break
  sleep 0.2
done
ffmpeg -v error -f lavfi -i testsrc2=size=640x360:rate=30 -f lavfi -i sine=frequency=440 -t 60 \
  -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 60 -c:a aac -shortest "$temp/home/talk.mp4"

window first first
run first 'wlk demo --once'
keep first-minute 'The first minute: nothing installed, nothing configured' first

window alice alice
run alice "wlk init --provider $url --new-identity alice --plain-text --no-input"
keys alice 'wlk live "Java night" -- ffmpeg -re -i talk.mp4 -c copy -f flv {url}'
seen alice '● LIVE'
window bob bob
run bob "wlk init --provider $url --new-identity bob --plain-text --no-input"
naddr=$(WLK_CONFIG_DIR=$temp/alice "$temp/bin/wlk" stream show --json | sed -n 's/.*"naddr":"\([^"]*\)".*/\1/p')
window carol alice 12
keys carol 'wlk chat'
window dave bob 12
keys dave "wlk chat $naddr"
seen dave 'Java night'
keys dave 'Hello from the back row!'
seen carol 'back row'
keys carol 'Welcome! Questions at the end.'
seen dave 'Questions'
keep chat 'Chat in two windows: the streamer, and a viewer' carol dave

run bob "wlk event show $naddr --json | wlk event lint"
keep lint 'How three viewers will read a live event' bob
tmux -S "$socket" send-keys -t alice C-c
at_prompt alice
keep go-live 'Going live with an encoder of its own, and the end with Ctrl-C' alice

window erin alice
run erin 'wlk doctor'
keep doctor 'Is all there that going live needs?' erin

window ci ci
run ci "wlk smoke --provider $url --junit smoke.xml"
keep smoke 'A provider from end to end' ci
