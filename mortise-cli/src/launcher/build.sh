# For ./mortise in the source tree: sets $jar, and builds it first when there is none or an older one than its sources.
jar=$here/mortise-cli/target/mortise.jar

stale() {
  [ -f "$jar" ] || return 0
  set -- "$here/pom.xml"
  for module in mortise-core mortise-testkit mortise-cli; do
    set -- "$@" "$here/$module/pom.xml" "$here/$module/src/main"
  done
  [ -n "$(find "$@" -newer "$jar" -print | head -n 1)" ]
}

build() {
  say 'building, this takes a minute...'
  log=$(mktemp)
  if ! (cd "$here" && exec mvn -B -ntp -pl mortise-cli -am package -Dmaven.test.skip=true -Dspotless.check.skip=true \
    -Don.warning=-nowarn) </dev/null >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    say 'the build failed'
    exit 70
  fi
  rm -f "$log"
  # A build that found nothing to do leaves the jar as it was.
  touch "$jar"
}

if stale; then
  if ! command -v mvn >/dev/null; then
    say 'no Maven found, which builds this command: install Maven 3.8.7 or later'
    exit 69
  fi
  # One build at a time, where there is flock; who waited for another finds its work done.
  mkdir -p "${jar%/*}"
  if command -v flock >/dev/null; then
    exec 9>"${jar%/*}/.build.lock"
    flock 9
    if stale; then build 9>&-; fi
    exec 9>&-
  else
    build
  fi
fi
