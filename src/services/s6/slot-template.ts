import type { ServiceAccess } from "../manager.ts";
import { SUPERVISED_CHILD_VARIABLES } from "../../core/supervision.ts";
import { FINISH_CODES, STAY_DOWN_ANSWER } from "../../core/supervision.ts";
import { SUPERVISED_PID } from "../../core/service-processes.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";
import { CONTROL_MODES } from "./slot-access.ts";
import {
  asUserLines,
  becomeLines,
  dropLine,
  quote,
  REPORT_LINES,
  script,
  type SlotContext,
} from "./slot-shell.ts";

/** Milliseconds from SIGTERM to SIGKILL when a gateway is stopped. */
export const STOP_LIMIT_MS = 10_000;

/** Milliseconds for the `finish` script: what the gateway left behind gets 2 s of it. */
export const FINISH_LIMIT_MS = 15_000;

/** The processes that a slot has started and that may be alive still, a line each: pid and start time. */
export const RECORD_FILE = "data/pid";

/**
 * One thing in a slot. `group` says that the group hermes owns it, for watching and commanding. A lock is an empty file
 * of root's alone, and never the same file as another one.
 */
export type SlotEntry =
  | {
      readonly kind: "directory" | "fifo";
      readonly path: string;
      readonly mode: number;
      readonly group: boolean;
    }
  | { readonly kind: "lock"; readonly path: string; readonly mode: number }
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly text: string };

const file = (path: string, text: string, mode = 0o644): SlotEntry => ({
  kind: "file",
  path,
  mode,
  text,
});

/**
 * The files that s6-supervise would make itself, closed to everyone but root. It accepts existing ones (s6 2.11 to
 * 2.15), so a slot is published with these open to the group, which may watch and command the service. The lock is
 * closed: a process that holds it keeps s6-supervise from starting. The event directories stay root's: s6-supervise
 * writes into any file with the right name there, through links too, so a user who may create a name in one of them
 * makes root write to any file.
 */
function supervisionEntries(prefix: string, access: ServiceAccess): readonly SlotEntry[] {
  return [
    { kind: "directory", path: `${prefix}supervise`, mode: 0o710, group: true },
    { kind: "fifo", path: `${prefix}supervise/control`, mode: CONTROL_MODES[access], group: true },
    { kind: "lock", path: `${prefix}supervise/lock`, mode: 0o600 },
  ];
}

/** Seconds after which a gateway that is not ready no longer keeps others from starting. */
const START_LOCK_SECONDS = 10;
/** Seconds to wait for a start lock: a queue that long is stuck, and waiting longer would not help. */
const QUEUE_SECONDS = 120;
/** Seconds between starts if the executable that decides about the backoff cannot be run. */
const BLIND_SECONDS = 10;

/** Sets `birth` to field 22 of a process's `stat`: what tells it from a later one of the same pid. */
const birthLines = (pid: string): readonly string[] => [
  `IFS= read -r stat <"/proc/${pid}/stat"`,
  "# shellcheck disable=SC2086",
  "set -- ${stat##*) }",
  'birth="${20}"',
];

/**
 * Takes a start lock for the process `$1`, any that is free or else after a wait for the one that the pid chooses, and
 * leaves a process behind that holds it.
 */
const START_LOCK_SCRIPT = [
  'of="$1"',
  "shift",
  'locks="$*"',
  'shift "$((of % $#))"',
  'for lock in $locks "$1"; do',
  '  exec 9<"$lock"',
  "  flock -n 9 && break",
  "done",
  `flock -w ${QUEUE_SECONDS} 9 || :`,
  // It may have been stopped meanwhile.
  'kill -0 "$of" 2>/dev/null || exit 0',
  `sleep ${START_LOCK_SECONDS} >/dev/null 2>&1 3>&- &`,
  ...birthLines("$!").filter((line) => !line.startsWith("#")),
  'echo "$! $birth" >data/start-lock',
].join("\n");

/**
 * Few gateways start at a time: each takes one of the locks. A process of root's holds it, in a session of its own:
 * hermes may stop the gateway's process and its whole group (`s6-svc -p`, `-P`), and would keep every other gateway
 * from starting. `check` ends it once the gateway is ready, `finish` if it never gets there.
 */
function startLockLines({ startLocks }: SlotContext): readonly string[] {
  return [
    "take_start_lock() {",
    `  set -- ${startLocks}`,
    '  [ -r "$1" ] || return 0',
    // In a process that ends: what the gateway inherits as a child it would have to reap.
    "  # shellcheck disable=SC2016",
    `  setsid sh -c ${quote(START_LOCK_SCRIPT)} sh "$$" "$@" || :`,
    "}",
  ];
}

/** Ends the process that holds the start lock for the gateway. */
const RELEASE_START_LOCK = [
  "release_start_lock() {",
  '  read -r holder born <data/start-lock && [ -n "$born" ] || return 0',
  ...birthLines("$holder").map((line) => `  ${line}`.replace(/stat"$/, 'stat" || return 0')),
  '  [ "$birth" != "$born" ] || kill "$holder" || :',
  "} 2>/dev/null",
];

/**
 * Makes sure that an s6-supervise that is killed is followed by one that starts the gateway and its logger again. (The
 * logger is down as long as the gateway has never run.)
 */
function upLines({ svc }: SlotContext): readonly string[] {
  return [
    "[ ! -e down ] || rm -f down",
    `[ ! -e log/down ] || { ${quote(svc)} -u log && rm -f log/down; }`,
  ];
}

/**
 * Adds this process, its pid and field 22 of `/proc/<pid>/stat`, to the slot's record. Earlier lines are of processes
 * that outlived their supervisor: only root can name one.
 */
const RECORD_LINES = [
  ...birthLines("$$"),
  'self="$$ $birth"',
  `echo "$self" >>${RECORD_FILE} || :`,
];

function runScript(name: ProfileName, context: SlotContext): string {
  const profile = name === DEFAULT_PROFILE ? "" : `-p ${name} `;
  const prepare = `${quote(context.bootExecutable)} before-start ${name} "$$"`;
  return script(context, `The gateway of profile '${name}', supervised`, [
    ...upLines(context),
    "exec 2>&1",
    ...RECORD_LINES,
    ...asUserLines(context),
    ...startLockLines(context),
    ...RELEASE_START_LOCK,
    ...REPORT_LINES,
    "take_start_lock",
    // It ends what outlived its supervisor.
    `if wait="$(as_user ${prepare} <${RECORD_FILE} 2>data/said)"; then`,
    "  report 0 data/said",
    `  echo "$self" >${RECORD_FILE} || :`,
    "else",
    '  report "$?" data/said',
    `  wait=${BLIND_SECONDS}`,
    "fi",
    // Earlier crashes make a start wait, as the supervised process, so that a stop ends the wait.
    'if [ "$wait" != 0 ]; then',
    "  release_start_lock",
    `  [ "$wait" != ${STAY_DOWN_ANSWER} ] || { ${quote(context.svc)} -d . && wait=${BLIND_SECONDS}; }`,
    // As the user, so that `finish` may end it: it holds the logger's pipe.
    '  (as_user sleep "$wait")',
    "  take_start_lock",
    "fi",
    // The pid stays the same through every exec from here to the gateway.
    `export ${SUPERVISED_CHILD_VARIABLES.map((variable) => `${variable}=1`).join(" ")} ${SUPERVISED_PID}="$$"`,
    // s6-notifyoncheck needs the slot as its directory, the gateway must not stand in it.
    `set -- /usr/bin/env -C / ${quote(context.executable)} ${profile}gateway run --replace`,
    ...dropLine(context),
    // Before the drop: it listens in the event directory, which is root's.
    `exec ${quote(context.notifyOnCheck)} -d -n 0 -s 100 -w 200 -t 5000 "$@"`,
  ]);
}

/** The profile's name is the slot's, which is root's, also of one that leaves: so all slots share these scripts. */
const NAME_FROM_SLOT =
  'name="${PWD%/log}" name="${name##*/}" name="${name#.}" name="${name#gateway-}" name="${name%.gone}"';

function checkScript(context: SlotContext): string {
  return [
    "#!/bin/sh",
    "# Exits 0 when the gateway says that it runs, and lets the next one start",
    "set -eu",
    NAME_FROM_SLOT,
    ...asUserLines(context),
    ...REPORT_LINES,
    "code=0",
    // The braces redirect what the shell itself says when a signal ends the program, too.
    `{ (as_user ${quote(context.bootExecutable)} check "$name") || code=$?; } 2>data/check.said`,
    // Five times a second the same is not worth saying.
    'if [ "$code" -lt 128 ] || [ ! -e data/check.failed ]; then',
    '  report "$code" data/check.said',
    "fi",
    '[ "$code" -lt 128 ] || true >data/check.failed',
    '[ "$code" -eq 0 ] || exit 1',
    ...RELEASE_START_LOCK,
    "release_start_lock",
    "",
  ].join("\n");
}

function logScript(context: SlotContext): string {
  const purpose = "The gateway's log, on the volume and on the container's output";
  const command = `${quote(context.bootExecutable)} log "$name"`;
  return script(context, purpose, [
    NAME_FROM_SLOT,
    // s6-log makes its output non-blocking and leaves it so (s6 2.11 to 2.15). The container's is shared with every
    // program in it, so the logger opens it anew: the flag belongs to what is opened. A socket cannot be.
    "if (: >>/proc/self/fd/1) 2>/dev/null; then",
    "  exec >>/proc/self/fd/1",
    "fi",
    ...asUserLines(context),
    ...REPORT_LINES,
    // Its last message must reach the container's output, so the slot tries first whether it can run.
    "code=0",
    `{ (as_user ${quote(context.bootExecutable)} version) || code=$?; } >/dev/null 2>&1`,
    'if [ "$code" -ge 128 ]; then',
    '  report "$code" /dev/null',
    `  exec sleep ${BLIND_SECONDS}`,
    "fi",
    ...becomeLines(context, command),
  ]);
}

function finishScript(context: SlotContext): string {
  const decide = `${quote(context.bootExecutable)} finish "$name" -- "$1" "$2" "$(wanted_up)"`;
  return script(context, "Decides what follows the end of the gateway", [
    "exec 2>&1",
    // The service's name: its directory may have another one by now.
    'name="${3#gateway-}"',
    `[ -e ${RECORD_FILE} ] || true >${RECORD_FILE}`,
    ...RELEASE_START_LOCK,
    "release_start_lock",
    ...asUserLines(context),
    "wanted_up() {",
    `  ${quote(context.svstat)} -o wantedup . 2>/dev/null || :`,
    "}",
    "keep_down() {",
    "  true >down || :",
    "}",
    "code=0",
    ...REPORT_LINES,
    `{ (as_user ${decide} <${RECORD_FILE}) || code=$?; } >data/said 2>&1`,
    'report "$code" data/said',
    // The file `down` keeps down what stays down, whatever happens to its supervisor. A container that goes down leaves
    // it as it is.
    'case "$code" in',
    `  ${FINISH_CODES.startAgain}) [ "$(wanted_up)" != false ] || keep_down ;;`,
    `  ${FINISH_CODES.stayDown}) keep_down ;;`,
    `  ${FINISH_CODES.shutDown}) code=${FINISH_CODES.stayDown} ;;`,
    // Without a decision it starts again, slowly.
    `  *) exec sleep ${BLIND_SECONDS} ;;`,
    "esac",
    `true >${RECORD_FILE} || :`,
    'exit "$code"',
  ]);
}

/**
 * A whole slot as data, in the order in which it is made. `start` says whether s6-supervise starts the gateway and its
 * logger by itself (no `down` files): hundreds of gateways that are down cost no process but their supervisors. Nothing
 * but the validated name, in `run`, varies from profile to profile.
 */
export function renderSlot(
  name: ProfileName,
  start: boolean,
  context: SlotContext,
  access: ServiceAccess = "hermes",
): readonly SlotEntry[] {
  return [
    file("type", "longrun\n"),
    file("run", runScript(name, context), 0o755),
    file("finish", finishScript(context), 0o755),
    file("timeout-kill", `${STOP_LIMIT_MS}\n`),
    file("timeout-finish", `${FINISH_LIMIT_MS}\n`),
    file("notification-fd", "3\n"),
    { kind: "directory", path: "data", mode: 0o755, group: false },
    file("data/check", checkScript(context), 0o755),
    ...(start ? [] : [file("down", "")]),
    ...supervisionEntries("", access),
    { kind: "directory", path: "log", mode: 0o755, group: false },
    file("log/type", "longrun\n"),
    file("log/run", logScript(context), 0o755),
    ...(start ? [] : [file("log/down", "")]),
    ...supervisionEntries("log/", access),
  ];
}
