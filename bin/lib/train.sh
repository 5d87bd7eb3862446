# What bin/larder runs once after a build, so that the JVM keeps for the next starts which classes there are and how they are
# used. Sourced by bin/larder, which has set: java, home.

# train_command JVM-OPTION...: a run that shows the help.
train_command() { "$java" "$@" -jar "$home/larder.jar" --help; }

# train_server JVM-OPTION...: a server that loads a snapshot, which one without those options has written, and is then asked.
train_server() {
  local dir=$home/training
  rm -rf "$dir"
  mkdir -p "$dir"
  serve "$dir" writes && serve "$dir" reads "$@"
  rm -rf "$dir"
}

# serve DIR REQUESTS JVM-OPTION...: runs a server in DIR, sends what REQUESTS prints, waits until it hangs up, and ends it.
serve() {
  local dir=$1 requests=$2 port='' pid writer reader tries
  "$java" "${@:3}" -jar "$home/larder.jar" server --port 0 --dir "$dir" --save '' >"$dir/log" &
  pid=$!
  for ((tries = 0; tries < 600; tries++)); do
    port=$(sed -n 's/.*, port \([0-9]*\)$/\1/p' "$dir/log")
    if [ -n "$port" ] || ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.05
  done
  if [ -n "$port" ] && exec 7<>"/dev/tcp/127.0.0.1/$port"; then
    cat <&7 >/dev/null &
    reader=$!
    "$requests" | awk "$as_resp" >&7 &
    writer=$!
    exec 7>&-
    for ((tries = 0; tries < 1200; tries++)); do
      kill -0 "$reader" 2>/dev/null || break
      sleep 0.05
    done
    kill "$writer" "$reader" 2>/dev/null || true
  fi
  kill "$pid" 2>/dev/null
  wait "$pid"
}

# Each line a command, its words apart by spaces, as clients send them.
# shellcheck disable=SC2016  # awk's, not the shell's
as_resp='{ printf "*%d\r\n", NF; for (i = 1; i <= NF; i++) printf "$%d\r\n%s\r\n", length($i), $i }'

writes() {
  awk 'BEGIN { for (i = 0; i < 100000; i++) printf "SET item:%012d %064d%s\n", i, i, i % 2 ? " EX 9999" : "" }'
  printf '%s\n' SAVE QUIT
}

reads() {
  awk 'BEGIN { for (i = 0; i < 100000; i++) {
    n = i * 7919 % 100000
    printf "GET item:%012d\nSET item:%012d %064d EX 9999\n", n, n, i
    if (i % 100 == 0) printf "HSET stock %d %d\nHGET stock %d\nINCR count\nTTL item:%012d\nDEL item:%012d\n", i, i, i, n, n
  } }'
  printf '%s\n' PING INFO 'COMMAND COUNT' QUIT
}
