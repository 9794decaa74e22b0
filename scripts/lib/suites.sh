# shellcheck shell=bash
# The test suites: their requirements, which of them run side by side, and the count of their results.

# The agent of the suite `real`, as pip takes it.
REAL_AGENT=hermes-agent==0.19.0

# lane NAME prints the lane of a suite. Suites of one lane run one after the other, beside those of the other lane: one
# has those that mostly wait, the other those that keep the cores busy. What is measured runs alone, after all others.
lane() {
  case $1 in
    agent | shell | s6 | s6-long | arm64) echo waiting ;;
    timing | real) echo alone ;;
    *) echo busy ;;
  esac
}

# run_suites NAME... runs the suites in their lanes, each line of output with its suite's name in front.
run_suites() {
  # With job control each lane is a process group, which can be ended as a whole.
  set -m
  local lanes=()
  run_lane waiting "$@" &
  lanes+=($!)
  run_lane busy "$@" &
  lanes+=($!)
  set +m
  # shellcheck disable=SC2064 # expands these two now
  trap "kill -- -${lanes[0]} -${lanes[1]} 2>/dev/null; exit 130" INT TERM
  wait "${lanes[@]}" || true
  trap - INT TERM
  run_lane alone "$@"
}

run_lane() {
  local suite
  for suite in "${@:2}"; do
    [ "$(lane "$suite")" != "$1" ] || run_suite "$suite" 2>&1 | sed -u "s/^/$suite: /"
  done
}

# run_suite NAME writes "PASSED FAILED" into its file in RESULTS. A suite prepares itself in a process of its own, so
# that what it cannot get ends the suite and not the others.
run_suite() {
  local report=$RESULTS/$1.xml rc tests failures skipped
  step "Running the suite $1"
  # Not `( ... ) || rc=$?`: bash ignores `set -e` in there.
  set +e
  (
    set -e
    "suite_${1//-/_}" "$report"
  ) </dev/null
  rc=$?
  set -e
  read -r tests failures skipped < <(count_junit "$report")
  # Neither is enough alone: a file that does not load fails without a failed test in the report.
  if ((rc != 0 && failures == 0)); then failures=1 tests=$((tests + 1)); fi
  if [ "$1" != check ] && ((tests == 0)); then failures=1; fi
  echo "$((tests > failures + skipped ? tests - failures - skipped : 0)) $failures" >"$RESULTS/$1.counts"
}

# sum_suites NAME... sets passed, failed and failed_suites. A suite that wrote no counts has failed.
sum_suites() {
  local suite counts
  passed=0 failed=0 failed_suites=()
  for suite in "$@"; do
    counts=(0 1)
    [ ! -e "$RESULTS/$suite.counts" ] || read -r -a counts <"$RESULTS/$suite.counts"
    passed=$((passed + counts[0])) failed=$((failed + counts[1]))
    ((counts[1] == 0)) || failed_suites+=("$suite")
  done
}

# Prints the numbers of tests, failures and skipped tests of a JUnit file, from its root element.
count_junit() {
  local name root counts=()
  root=$(grep -m 1 -o '<testsuites [^>]*>' "$1" 2>/dev/null || true)
  for name in tests failures skipped; do
    if [[ $root =~ \ $name=\"([0-9]+)\" ]]; then counts+=("${BASH_REMATCH[1]}"); else counts+=(0); fi
  done
  echo "${counts[*]}"
}

# bun_test REPORT ARGUMENT... runs `bun test` with a time limit and a JUnit file.
bun_test() {
  timeout --kill-after=30 2400 "$BUN" test "${@:2}" --reporter=junit --reporter-outfile="$1"
}

# Prints the failed tests of a JUnit file, as `file TAB title`.
failed_tests() {
  [ ! -e "$1" ] || awk '
    function attribute(name,  value) {
      if (!match($0, " " name "=\"[^\"]*\"")) return ""
      value = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
      gsub(/&quot;/, "\"", value); gsub(/&apos;/, "\047", value); gsub(/&lt;/, "<", value); gsub(/&gt;/, ">", value)
      gsub(/&amp;/, "\\&", value)
      return value
    }
    /^ *<testcase / { file = attribute("file"); group = attribute("classname"); title = attribute("name") }
    /^ *<failure/ { print file "\t" (group == "" ? "" : group " > ") title }
  ' "$1"
}

# Names every test that failed, at the end of the whole output.
note_failed_tests() {
  local report file title
  for report in "$RESULTS"/*.xml; do
    while IFS=$'\t' read -r file title; do
      note "failed: $file: $title"
    done < <(failed_tests "$report")
  done
}

suite_check() {
  tools_ready
  scripts/check --no-unit
}

suite_unit() {
  tools_ready
  bun_test "$1" "${UNIT_TESTS[@]}"
}

# Files run side by side if their tests mostly wait. Measurements are in test/timing.
BESIDE=(--parallel="$(($(nproc) + 1))")

suite_agent() {
  executable_ready
  have python3 || apt_install "test the example agents" python3-minimal
  have openssl || apt_install "make a certificate for a test" openssl
  bun_test "$1" ./test/agent --timeout 60000 "${BESIDE[@]}"
}

suite_shell() {
  executable_ready
  apt_install "test with real shells and manual readers" fish man-db mandoc zsh
  bun_test "$1" ./test/shell --timeout 60000
}

s6_ready() {
  if ! have s6-svscan || ! have execlineb; then apt_install "test with the real s6" s6 execline; fi
}

strace_ready() { have strace || apt_install "fail single system calls" strace; }

# Each test has an s6 of its own or shares one with its file, and their limits are generous.
S6_TESTS=(--timeout 120000 --parallel="$(nproc)" --max-concurrency 2)

suite_s6() {
  executable_ready
  s6_ready
  strace_ready
  have setfacl || apt_install "set access control lists" acl
  bun_test "$1" ./test/s6 "${S6_TESTS[@]}"
}

# Kills or fails every system call of a command, instead of a part of them.
suite_s6_long() {
  executable_ready
  s6_ready
  strace_ready
  HERMES_TEST_EVERY_CALL=1 bun_test "$1" ./test/s6/interrupted.test.ts ./test/s6/limits.test.ts "${S6_TESTS[@]}"
}

suite_arm64() {
  executable_ready
  exclusively build scripts/build --all
  s6_ready
  arm64_root_ready
  bun_test "$1" ./test/arm64 --timeout 300000
}

# Runs the quick tests of each part of the image.
suite_container() {
  local files
  mapfile -t files < <(printf '%s\n' ./test/container/*.test.ts | grep -v '\.long\.test\.ts$')
  container_tests "$1" "${files[@]}"
}

suite_container_long() { container_tests "$1" ./test/container/*.long.test.ts; }

container_tests() {
  containers_ready
  # Each container boots a whole tree: more of them at once are not faster, and exceed time limits.
  bun_test "$1" --timeout 300000 --parallel="$(nproc)" --max-concurrency 2 "${@:2}"
}

# Runs the measurements one after the other.
suite_timing() {
  s6_ready
  containers_ready
  bun_test "$1" ./test/timing --timeout 300000 --max-concurrency 1
}

# Runs the real agent, from PyPI, in an image of its own.
suite_real() {
  # Another image than that of the container suites; HERMES_TEST_REAL_IMAGE names one to use instead of building it.
  export HERMES_TEST_IMAGE=${HERMES_TEST_REAL_IMAGE:-hermes:test-real}
  engine_ready
  [ -n "${HERMES_TEST_REAL_IMAGE-}" ] || scripts/image --tag "$HERMES_TEST_IMAGE" --agent "$REAL_AGENT"
  containers_ready
  bun_test "$1" --timeout 300000 --max-concurrency 2 ./test/real
}

# Builds the image and the model server, finds the flags of the engine, and removes at the end what tests left behind.
containers_ready() {
  executable_ready
  export HERMES_TEST_MODEL_SERVER=$PWD/dist/model-server
  engine_ready
  if [ -z "${HERMES_TEST_IMAGE-}" ]; then
    export HERMES_TEST_IMAGE=hermes:test
    # Once for all suites of this run.
    [ -e "$RESULTS/.image" ] || scripts/image --tag "$HERMES_TEST_IMAGE"
    touch "$RESULTS/.image"
  fi
  engine_run_flags "$HERMES_TEST_IMAGE"
  export HERMES_TEST_ENGINE=$ENGINE HERMES_TEST_RUN_FLAGS=$HERMES_RUN_FLAGS HERMES_TEST_RUN=$$-$SECONDS-$RANDOM
  trap remove_test_leftovers EXIT
}

# Removes containers and volumes of tests that ran out of time and did not clean up.
remove_test_leftovers() {
  local filter=label=hermes.test=$HERMES_TEST_RUN names
  names=$("$ENGINE" ps --all --quiet --filter "$filter" | xargs)
  # shellcheck disable=SC2086 # a list of identifiers
  [ -z "$names" ] || "$ENGINE" rm --force --volumes $names >/dev/null 2>&1
  names=$("$ENGINE" volume ls --quiet --filter "$filter" | xargs)
  # shellcheck disable=SC2086 # a list of identifiers
  [ -z "$names" ] || "$ENGINE" volume rm --force $names >/dev/null
}

tools_ready() { exclusively build scripts/setup; }

# Once for all suites of this run.
executable_ready() {
  exclusively build build_once
  export HERMES_TEST_EXECUTABLE=$PWD/dist/hermes
}

build_once() {
  [ ! -e "$RESULTS/.built" ] || return 0
  scripts/build
  scripts/build --entry test/support/model-server-main.ts --outfile dist/model-server
  touch "$RESULTS/.built"
}

# Makes a directory with the arm64 C library, for `qemu-aarch64-static -L`. No arm64 program runs meanwhile.
arm64_root_ready() {
  export HERMES_TEST_ARM64_ROOT=/
  [ "$(machine_arch)" != arm64 ] || return 0
  HERMES_TEST_ARM64_ROOT=$CACHE/arm64-root
  have qemu-aarch64-static || apt_install "run arm64 programs" qemu-user-static
  [ ! -e "$HERMES_TEST_ARM64_ROOT/lib/ld-linux-aarch64.so.1" ] || return 0
  step "Making a small arm64 Debian"
  mkdir -p -- "$CACHE"
  rm -rf -- "$HERMES_TEST_ARM64_ROOT"
  debian_root arm64 "$HERMES_TEST_ARM64_ROOT.new" extract base-files,libc6
  mv -- "$HERMES_TEST_ARM64_ROOT.new" "$HERMES_TEST_ARM64_ROOT"
}
