import { ROOT_PATH, RUNTIME_VARIABLES, THREADLESS_WORDS } from "../../core/runtime-environment.ts";

/** The facts that a slot depends on besides the profile's name. */
export interface SlotContext {
  /** The interpreter of the scripts: `/command/with-contenv sh`, or `/bin/sh` outside the image. */
  readonly interpreter: string;
  /** Absolute path of `hermes`; `hermes-boot` stands beside it. */
  readonly executable: string;
  readonly bootExecutable: string;
  /** The user to drop to if s6-supervise runs as root. */
  readonly user: { readonly name: string; readonly home: string } | null;
  readonly setuidgid: string;
  readonly notifyOnCheck: string;
  readonly svc: string;
  readonly svstat: string;
  /** The start locks as a shell pattern; without any of them every gateway starts at once. */
  readonly startLocks: string;
}

/** A word as the shell reads it. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_/.:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Sets root's PATH, without directories that hermes can write to; the executable gives hermes the given one back. */
function rootPathLines({ user }: SlotContext): readonly string[] {
  if (user === null) return [];
  return [
    `[ "$PATH" = ${ROOT_PATH} ] || export HERMES_GIVEN_PATH="$PATH"`,
    `export PATH=${ROOT_PATH}`,
  ];
}

/** A whole script of root's: its environment is made safe before anything runs. */
export function script(context: SlotContext, purpose: string, lines: readonly string[]): string {
  const head = [`#!${context.interpreter}`, "# shellcheck shell=sh", `# ${purpose}`];
  const common = [
    "set -eu",
    `unset ${RUNTIME_VARIABLES.join(" ")}`,
    `export ${THREADLESS_WORDS.join(" ")}`,
    ...rootPathLines(context),
  ];
  return [...head, ...common, ...lines, ""].join("\n");
}

/** Puts the drop to the user in front of `"$@"`, unless the whole tree runs as that user already. */
export function dropLine({ user, setuidgid }: SlotContext): readonly string[] {
  if (user === null) return [];
  return [`[ "$(id -u)" -ne 0 ] || set -- ${quote(setuidgid)} ${user.name} "$@"`];
}

function userVariables({ user }: SlotContext): readonly string[] {
  if (user === null) return [];
  return [`export HOME=${quote(user.home)} USER=${user.name} LOGNAME=${user.name}`];
}

/** Ends a script: becomes `command` as the user. */
export function becomeLines(context: SlotContext, command: string): readonly string[] {
  return [...userVariables(context), `set -- ${command}`, ...dropLine(context), 'exec "$@"'];
}

/** For what a script runs on its way, each time in a process of its own. */
export function asUserLines(context: SlotContext): readonly string[] {
  const drop = dropLine(context).map((line) => `  ${line}`);
  return [...userVariables(context), "as_user() {", ...drop, '  exec "$@"', "}"];
}

/** The limits that keep a program of ours from running at all, in words. */
const LIMITS = "most likely the limit of processes is reached (--ulimit nproc, --pids-limit)";

/**
 * `report CODE FILE` shows the output of one of our programs in FILE. If that is Bun's crash page (Bun ends with
 * SIGABRT if it cannot start a thread), one sentence replaces it.
 */
export const REPORT_LINES: readonly string[] = [
  "report() {",
  '  if [ "$1" -ge 128 ]; then',
  `    echo "✗ Cannot run hermes-boot (exit code $1): ${LIMITS}"`,
  "    return",
  "  fi",
  "  while IFS= read -r line; do",
  '    printf "%s\\n" "$line"',
  '  done <"$2"',
  "}",
];
