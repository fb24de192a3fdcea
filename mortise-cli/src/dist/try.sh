#!/bin/sh
# Unpacks a distribution and uses it as a person would: try.sh FILE.tar.gz VERSION
set -eu
tar_gz=$1 version=$2
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

fail() {
  echo "the distribution is wrong: $*" >&2
  exit 1
}

mkdir "$room/with blanks" "$room/bin"
tar -xzf "$tar_gz" -C "$room/with blanks"
home="$room/with blanks/mortise-$version"
ln -s "$home/bin/mortise" "$room/bin/mortise"
cd /
for file in LICENSE NOTICE README.md lib/mortise.jar share/man/man1/mortise.1 share/man/man1/mortise-run.1 \
  share/bash-completion/completions/mortise share/zsh/site-functions/_mortise; do
  [ -s "$home/$file" ] || fail "$file is missing"
done
for start in first second; do
  said=$("$room/bin/mortise" --version 2>&1) || fail "the $start start ends with $?: $said"
  [ "$said" = "mortise $version" ] || fail "the $start start says: $said"
done
ls "$home"/lib/mortise-*.jsa >/dev/null || fail "it made no archive"
[ "$(env -u JAVA_HOME "$home/bin/mortise" completion man)" = "$(cat "$home/share/man/man1/mortise.1")" ] ||
  fail "its manual page is another one"
bash -n "$home/share/bash-completion/completions/mortise" || fail "the completion for bash"
