import { RUNTIME_VARIABLES } from "../../core/runtime-environment.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";

/** Milliseconds from SIGTERM to SIGKILL when a gateway is stopped. */
export const STOP_LIMIT_MS = 10_000;

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
}

/** One thing in a slot. `group` says that the group hermes owns it, for watching and commanding. */
export type SlotEntry =
  | {
      readonly kind: "directory" | "fifo";
      readonly path: string;
      readonly mode: number;
      readonly group: boolean;
    }
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
 * service. The event directories stay root's: s6-supervise writes into whatever has the right name there,
 * through links too, so whoever may make a name in one of them makes root write to any file.
 */
function supervisionEntries(prefix: string): readonly SlotEntry[] {
  return [
    { kind: "directory", path: `${prefix}supervise`, mode: 0o710, group: true },
    { kind: "fifo", path: `${prefix}supervise/control`, mode: 0o620, group: true },
  ];
}

function quote(word: string): string {
  return /^[A-Za-z0-9_/.:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function script(context: SlotContext, purpose: string, lines: readonly string[]): string {
  const head = [`#!${context.interpreter}`, "# shellcheck shell=sh", `# ${purpose}`];
  const common = ["set -eu", `unset ${RUNTIME_VARIABLES.join(" ")}`];
  return [...head, ...common, ...lines, ""].join("\n");
}

/** Puts the drop to the user in front of `"$@"`, unless the whole tree runs as that user already. */
function dropLines(context: SlotContext): readonly string[] {
  if (context.user === null) return [];
  const home = `export HOME=${quote(context.user.home)} USER=${context.user.name}`;
  const drop = `set -- ${quote(context.setuidgid)} ${context.user.name} "$@"`;
  return [`${home} LOGNAME=${context.user.name}`, `[ "$(id -u)" -ne 0 ] || ${drop}`];
}

function runScript(name: ProfileName, start: boolean, context: SlotContext): string {
  const profile = name === DEFAULT_PROFILE ? "" : `-p ${name} `;
  return script(context, `The gateway of profile '${name}', supervised`, [
    // Its logger is down as long as it has never run.
    ...(start ? [] : [`${quote(context.svc)} -u log`]),
    "exec 2>&1",
    // The pid stays the same through every exec from here to the gateway.
    "export HERMES_S6_SUPERVISED_CHILD=1 HERMES_S6_SUPERVISED_PID=$$",
    'echo "$$" >data/pid',
    // s6-notifyoncheck needs the slot as its directory, the gateway must not stand in it.
    `set -- /usr/bin/env -C / ${quote(context.executable)} ${profile}gateway run --replace`,
    ...dropLines(context),
    // Before the drop: it listens in the event directory, which is root's.
    `exec ${quote(context.notifyOnCheck)} -d -n 0 -s 100 -w 200 -t 5000 "$@"`,
  ]);
}

/** The profile's name is the slot's, which is root's: so that all slots share these scripts. */
const NAME_FROM_SLOT = 'name="${PWD%/log}" name="${name##*/gateway-}"';

function checkScript(context: SlotContext): string {
  return [
    "#!/bin/sh",
    "# Exits 0 when the gateway says that it runs",
    "set -eu",
    NAME_FROM_SLOT,
    `set -- ${quote(context.bootExecutable)} check "$name"`,
    ...dropLines(context),
    'exec "$@"',
    "",
  ].join("\n");
}

function logScript(context: SlotContext): string {
  return script(context, "The gateway's log, on the volume and on the container's output", [
    NAME_FROM_SLOT,
    `set -- ${quote(context.bootExecutable)} log "$name"`,
    ...dropLines(context),
    'exec "$@"',
  ]);
}

function finishScript(): string {
  return [
    "#!/bin/sh",
    "# After the gateway ended: nothing of its group stays, and 0 and 78 keep it down",
    "set -u",
    // s6-supervise gives the process group as the fourth argument only since s6 2.13. dash knows no `-KILL --`.
    "group=${4:-$(cat data/pid 2>/dev/null)}",
    '[ -z "$group" ] || kill -s KILL -- "-$group" 2>/dev/null',
    "case $1 in 0 | 78) exit 125 ;; esac",
    "exit 0",
    "",
  ].join("\n");
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
    file("finish", finishScript(), 0o755),
    file("timeout-kill", `${STOP_LIMIT_MS}\n`),
    file("flag-timeout-killpg", ""),
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
