#!/bin/bash -p
# Runs a program in a session of its own, and with a terminal of its own if there is one. It is used below a root
# shell: a program of another user on the shell's terminal could type for root there (TIOCSTI), or go on to read what
# root types.
set -u

if [ -t 0 ] && [ -t 1 ]; then
  printf -v line '%q ' "$@"
  SHELL=/bin/bash exec script --quiet --return --command "exec $line" /dev/null
fi

# Its output reaches the terminal through a process that belongs to root.
[ ! -t 0 ] || exec </dev/null
[ ! -t 2 ] || exec 2> >(exec cat >&2)
[ ! -t 1 ] || exec > >(exec cat)
/usr/bin/env --default-signal=INT,QUIT setsid "$@" <&0 &
child="$!"
trap 'kill -INT "$child"' INT
trap 'kill -TERM "$child"' TERM HUP
wait "$child"
code="$?"
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  code="$?"
done
exit "$code"
