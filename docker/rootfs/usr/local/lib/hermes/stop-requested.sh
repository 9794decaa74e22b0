# shellcheck shell=sh
# Sourced by PID 1: ends it if SIGTERM or SIGPWR arrived while they were blocked. A shell that unblocks them by itself
# (dash does so when it runs a program) has ended through its trap before this.
while read -r key value; do
  # The lower half of the mask, signals 1 to 32.
  [ "$key" != ShdPnd: ] || [ "$((0x${value#????????} & 0x20004000))" -eq 0 ] || exit 143
done </proc/$$/status
unset key value
