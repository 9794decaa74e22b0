import { ROOT_PATH, RUNTIME_VARIABLES } from "../../core/runtime-environment.ts";
import { SUPERVISED_CHILD_VARIABLES } from "../../core/supervised-child.ts";
import { SUPERVISED_PID } from "../../profiles/gateway-processes.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";

/** Milliseconds from SIGTERM to SIGKILL when a gateway is stopped. */
export const STOP_LIMIT_MS = 10_000;

/** Milliseconds for the `finish` script: what the gateway left behind gets 2 s of it. */
export const FINISH_LIMIT_MS = 15_000;

/** What a slot depends on besides the profile's name. */
export interface SlotContext {
  /** The interpreter of the scripts: `/command/with-contenv sh`, or `/bin/sh` outside the image. */
  readonly interpreter: string;
  /** Absolute path of `hermes`; `hermes-boot` stands beside it. */
  readonly executable: string;
  readonly bootExecutable: string;
  /** The user to drop to, where s6-supervise runs as root. */
  readonly user: { readonly name: string; readonly home: string } | null;
  readonly setuidgid: string;
  readonly notifyOnCheck: string;
  readonly svc: string;
  /** The start locks as a shell pattern; without any of them every gateway starts at once. */
  readonly startLocks: string;
}

/**
 * One thing in a slot. `group` says that the group hermes owns it, for watching and commanding. A lock is an empty
 * file of root's alone, and never the same file as another one.
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
 * What s6-supervise would make for itself, closed to everybody but root. It accepts what exists already
 * (s6 2.11 to 2.15), so a slot is published with these open to the group: it may watch and command the
 * service. Its lock is closed: whoever holds that keeps s6-supervise from starting. The event directories stay root's: s6-supervise writes into whatever has the right name there,
 * through links too, so whoever may make a name in one of them makes root write to any file.
 */
function supervisionEntries(prefix: string): readonly SlotEntry[] {
  return [
    { kind: "directory", path: `${prefix}supervise`, mode: 0o710, group: true },
    { kind: "fifo", path: `${prefix}supervise/control`, mode: 0o620, group: true },
    { kind: "lock", path: `${prefix}supervise/lock`, mode: 0o600 },
  ];
}

function quote(word: string): string {
  return /^[A-Za-z0-9_/.:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Root finds no program where hermes could put one; the executable gives hermes the given PATH back. */
function rootPathLines({ user }: SlotContext): readonly string[] {
  if (user === null) return [];
  return [
    `[ "$PATH" = ${ROOT_PATH} ] || export HERMES_GIVEN_PATH="$PATH"`,
    `export PATH=${ROOT_PATH}`,
  ];
}

function script(context: SlotContext, purpose: string, lines: readonly string[]): string {
  const head = [`#!${context.interpreter}`, "# shellcheck shell=sh", `# ${purpose}`];
  const common = ["set -eu", `unset ${RUNTIME_VARIABLES.join(" ")}`, ...rootPathLines(context)];
  return [...head, ...common, ...lines, ""].join("\n");
}

/** Puts the drop to the user in front of `"$@"`, unless the whole tree runs as that user already. */
function dropLine({ user, setuidgid }: SlotContext): readonly string[] {
  if (user === null) return [];
  return [`[ "$(id -u)" -ne 0 ] || set -- ${quote(setuidgid)} ${user.name} "$@"`];
}

function userVariables({ user }: SlotContext): readonly string[] {
  if (user === null) return [];
  return [`export HOME=${quote(user.home)} USER=${user.name} LOGNAME=${user.name}`];
}

/** Ends a script: becomes `command` as the user. */
function becomeLines(context: SlotContext, command: string): readonly string[] {
  return [...userVariables(context), `set -- ${command}`, ...dropLine(context), 'exec "$@"'];
}

/** For what a script runs on its way, each time in a process of its own. */
function asUserLines(context: SlotContext): readonly string[] {
  const drop = dropLine(context).map((line) => `  ${line}`);
  return [...userVariables(context), "as_user() {", ...drop, '  exec "$@"', "}"];
}

/** Seconds after which a gateway that is not ready no longer keeps others from starting. */
const TURN_SECONDS = 10;
/** Seconds to wait for a turn: a queue that long is stuck, and waiting longer would help nobody. */
const QUEUE_SECONDS = 120;
/** Seconds between starts where the executable that knows better cannot be run. */
const BLIND_SECONDS = 10;

/**
 * Few gateways start at a time: each takes one of the locks, any that is free or else the queue of one
 * that the pid chooses. A process of the gateway's group holds it, and root's, like the lock: hermes could stop its
 * own, and keep every other gateway from starting. `check` ends it once the gateway is ready, `finish` if it
 * never gets there.
 */
function turnLines({ startLocks }: SlotContext): readonly string[] {
  return [
    "take_turn() {",
    `  set -- ${startLocks}`,
    '  [ -r "$1" ] || return 0',
    '  locks="$*"',
    '  shift "$(($$ % $#))"',
    "  # shellcheck disable=SC2086",
    '  for lock in $locks "$1"; do',
    '    exec 9<"$lock"',
    "    flock -n 9 && break",
    "  done",
    `  flock -w ${QUEUE_SECONDS} 9 || :`,
    `  sleep ${TURN_SECONDS} >/dev/null 2>&1 3>&- &`,
    '  echo "$!" >data/turn || :',
    "  exec 9<&-",
    "}",
  ];
}

/** Ends the process that holds the start lock for the gateway of the process group `$group`. */
const END_TURN = [
  "end_turn() {",
  '  read -r turn <data/turn && read -r stat <"/proc/$turn/stat" || return 0',
  "  # shellcheck disable=SC2086",
  "  set -- ${stat##*) }",
  '  [ "$3" != "$group" ] || kill "$turn" || :',
  "} 2>/dev/null",
];

function runScript(name: ProfileName, start: boolean, context: SlotContext): string {
  const profile = name === DEFAULT_PROFILE ? "" : `-p ${name} `;
  const prepare = `${quote(context.bootExecutable)} before-start ${name} "$$"`;
  return script(context, `The gateway of profile '${name}', supervised`, [
    // Its logger is down as long as it has never run.
    ...(start ? [] : [`${quote(context.svc)} -u log`]),
    "exec 2>&1",
    // For `finish` on s6 before 2.13.
    'echo "$$" >data/pid || :',
    ...asUserLines(context),
    ...turnLines(context),
    'group="$$"',
    ...END_TURN,
    "take_turn",
    `wait="$(as_user ${prepare})" || wait=${BLIND_SECONDS}`,
    // Earlier crashes make a start wait, as the supervised process, so that a stop ends the wait.
    'if [ "$wait" != 0 ]; then',
    "  end_turn",
    '  sleep "$wait"',
    "  take_turn",
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

/** The profile's name is the slot's, which is root's: so that all slots share these scripts. */
const NAME_FROM_SLOT = 'name="${PWD%/log}" name="${name##*/gateway-}"';

function checkScript(context: SlotContext): string {
  return [
    "#!/bin/sh",
    "# Exits 0 when the gateway says that it runs, and lets the next one start",
    "set -eu",
    NAME_FROM_SLOT,
    ...asUserLines(context),
    `(as_user ${quote(context.bootExecutable)} check "$name")`,
    `group="$${SUPERVISED_PID}"`,
    ...END_TURN,
    "end_turn",
    "",
  ].join("\n");
}

function logScript(context: SlotContext): string {
  const purpose = "The gateway's log, on the volume and on the container's output";
  const command = `${quote(context.bootExecutable)} log "$name"`;
  return script(context, purpose, [
    NAME_FROM_SLOT,
    // s6-log makes its output non-blocking and leaves it so (s6 2.11 to 2.15). The container's is shared with every program
    // in it, so the logger opens it anew: the flag belongs to what is opened. A socket cannot be.
    "if (: >>/proc/self/fd/1) 2>/dev/null; then",
    "  exec >>/proc/self/fd/1",
    "fi",
    ...becomeLines(context, command),
  ]);
}

function finishScript(context: SlotContext): string {
  const decide = `${quote(context.bootExecutable)} finish "$name" -- "$1" "$2" "$group"`;
  return script(context, "Decides what follows the end of the gateway", [
    "exec 2>&1",
    // The service's name: its directory may have another one by now.
    'name="${3#gateway-}"',
    // s6-supervise gives the process group only since s6 2.13.
    'group="${4:-$(cat data/pid 2>/dev/null || :)}"',
    ...END_TURN,
    "end_turn",
    ...asUserLines(context),
    "code=0",
    `(as_user ${decide}) || code=$?`,
    'case "$code" in',
    '  0 | 125) exit "$code" ;;',
    "esac",
    // Nobody decided: it starts again, slowly.
    `exec sleep ${BLIND_SECONDS}`,
  ]);
}

/**
 * A whole slot as data, in the order in which it is made. `start` says whether s6-supervise starts the
 * gateway and its logger by itself (no `down` files): hundreds of gateways that are down cost no process
 * but their supervisors. Nothing but the validated name, in `run`, varies from profile to profile.
 */
export function renderSlot(
  name: ProfileName,
  start: boolean,
  context: SlotContext,
): readonly SlotEntry[] {
  return [
    file("type", "longrun\n"),
    file("run", runScript(name, start, context), 0o755),
    file("finish", finishScript(context), 0o755),
    file("timeout-kill", `${STOP_LIMIT_MS}\n`),
    file("timeout-finish", `${FINISH_LIMIT_MS}\n`),
    file("notification-fd", "3\n"),
    { kind: "directory", path: "data", mode: 0o755, group: false },
    file("data/check", checkScript(context), 0o755),
    ...(start ? [] : [file("down", "")]),
    ...supervisionEntries(""),
    { kind: "directory", path: "log", mode: 0o755, group: false },
    file("log/type", "longrun\n"),
    file("log/run", logScript(context), 0o755),
    ...(start ? [] : [file("log/down", "")]),
    ...supervisionEntries("log/"),
  ];
}
