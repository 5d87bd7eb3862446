# Shared by the scripts in bin/: finding the JDKs and building a program into a folder of its own.
# shellcheck shell=bash

say() { printf '%s: %s\n' "${program:-larder}" "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# The folder that holds this file's parent, however the script was called: through a link, from anywhere.
project_root() {
  local file=$1 target
  while [ -L "$file" ]; do
    target=$(readlink "$file")
    case $target in
      /*) file=$target ;;
      *) file=$(dirname "$file")/$target ;;
    esac
  done
  (cd "$(dirname "$file")/.." && pwd -P)
}

# Every place where JDKs usually are, the ones that the user chose first.
jdk_candidates() {
  local java
  printf '%s\n' "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "${JAVA17_HOME:-}"
  if java=$(command -v javac); then
    (cd "$(dirname "$(readlink -f "$java" 2>/dev/null || echo "$java")")/.." && pwd -P)
  fi
  printf '%s\n' /usr/lib/jvm/* /usr/local/lib/jvm/* /usr/java/* /opt/* /opt/java/* /opt/jdks/* \
    "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home
}

# find_jdk LOWEST HIGHEST: prints the home of the first JDK whose major version is in the range.
find_jdk() {
  local home major
  while IFS= read -r home; do
    [ -n "$home" ] && [ -x "$home/bin/javac" ] && [ -r "$home/release" ] || continue
    major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if [ "${major:-0}" -ge "$1" ] && [ "$major" -le "$2" ]; then
      printf '%s\n' "$home"
      return 0
    fi
  done < <(jdk_candidates)
  return 1
}

require_jdk_25() {
  jdk25=$(find_jdk 25 999) || die "Larder's programs need a JDK 25 or newer and none was found; install one" \
    "(package openjdk-25-jdk-headless where your system has it, or Eclipse Temurin 25) or set JAVA_HOME to it."
  export JAVA25_HOME=$jdk25
}

# The JDK that runs Maven itself: 17 if there is one, because Maven 3.8 prints warnings on newer ones.
use_maven() {
  command -v mvn >/dev/null || die "building needs Maven 3.8.7 or newer and 'mvn' was not found; install the package maven."
  JAVA_HOME=$(find_jdk 17 17) || JAVA_HOME=$jdk25
  export JAVA_HOME
}

# take_lock FILE: one process at a time past this line, until release_lock or the end of the process.
take_lock() {
  lock_file=$1
  if command -v flock >/dev/null; then
    exec 8>"$lock_file"
    flock -n 8 || {
      say "waiting for another build to end"
      flock 8
    }
  else
    until mkdir "$lock_file.d" 2>/dev/null; do sleep 1; done
    trap 'rmdir "$lock_file.d" 2>/dev/null || true' EXIT
  fi
}

release_lock() {
  if command -v flock >/dev/null; then
    exec 8>&-
  else
    rmdir "$lock_file.d" 2>/dev/null || true
    trap - EXIT
  fi
}

# Maven's output as one line per module and one per hundred downloads.
build_progress() {
  awk -v name="$program" '
    /Downloaded from/ { if (++n % 100 == 0) { print name ": " n " files downloaded"; fflush() } }
    /^\[INFO\] Building Larder/ { sub(/^\[INFO\] Building /, ""); sub(/ [^ ]*SNAPSHOT */, " "); print name ": building " $0; fflush() }' >&2
}

# is_stale STAMP: true when a source or a build file is newer than the last build (folders too: files may have gone).
is_stale() {
  [ -f "$1" ] || return 0
  local dirs=() dir
  for dir in "$root"/{core,codecs/*,protocol,tiers/*,server,examples/*,cli,benchmarks,benchmarks/*}; do
    [ -f "$dir/pom.xml" ] && dirs+=("$dir/pom.xml")
    [ -d "$dir/src/main" ] && dirs+=("$dir/src/main")
  done
  [ -n "$(find "$root/pom.xml" "${dirs[@]}" -newer "$1" -print -quit)" ]
}

# build MODULE JAR: compiles what the module needs and puts the jar and its libraries into a new folder under
# target/run/MODULE, then points "current" there. Programs that run keep the folder they were started from.
build() {
  local module=$1 jar=$2 base=$root/target/run/$1 stamp log id dir
  use_maven
  stamp=$base/.start
  log=$base/build.log
  touch "$stamp"
  say "building $module (the first time takes minutes: it fetches what it needs); all of Maven's output: $log"
  if ! (cd "$root" && mvn -B -Dstyle.color=never -Dlarder.quick -Dmaven.test.skip=true -Denforcer.skip=true \
    -Dlarder.test.jdk='[17,)' -pl "$module" -am package 2>&1 | tee "$log" | build_progress; exit "${PIPESTATUS[0]}"); then
    grep -E '^\[ERROR\]' "$log" | head -n 15 >&2 || tail -n 15 "$log" >&2
    die "the build failed; $log has every line"
  fi
  id=$(date +%s)-$$
  dir=$base/$id
  mkdir -p "$dir/lib"
  cp "$root/$module/target/$jar" "$dir/"
  cp "$root/$module/target/lib/"*.jar "$dir/lib/"
  : >"$dir/in-use"
  mv "$stamp" "$dir/.built"
  ln -sfn "$id" "$base/current"
  remove_unused "$base" "$id"
}

# Older folders go when no program holds its shared lock on them any more.
remove_unused() {
  local dir
  command -v flock >/dev/null || return 0
  for dir in "$1"/*/; do
    dir=${dir%/}
    case ${dir##*/} in current | "$2") continue ;; esac
    [ -f "$dir/in-use" ] && flock -n -x "$dir/in-use" rm -rf "$dir" || true
  done
}

# ready MODULE JAR: sets $home to an up-to-date folder with the program, building it first if need be.
ready() {
  local base=$root/target/run/$1
  mkdir -p "$base"
  if is_stale "$base/current/.built"; then
    take_lock "$base/lock"
    if is_stale "$base/current/.built"; then build "$1" "$2"; fi
    release_lock
  fi
  home=$(cd "$base/current" && pwd -P)
  if command -v flock >/dev/null; then
    # Inherited by the program: while it lives its folder stays.
    exec 9<"$home/in-use"
    flock -s 9
  fi
}
