import { join } from "node:path";
import { waitUntil } from "../../core/wait-until.ts";
import { definedVariables, RUNTIME_VARIABLES } from "../../core/runtime-environment.ts";
import { SUPERVISED_CHILD_VARIABLES } from "../../core/supervision.ts";
import { toPrintable } from "../../core/printable.ts";
import type { ChildExit } from "../../host/children.ts";
import type { Child } from "../../host/children.ts";
import type { Host } from "../../host/host.ts";
import { listGatewayProcesses, SUPERVISED_PID } from "../../core/service-processes.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";
import { profileDirectory, stateFilePath } from "../../profiles/paths.ts";
import { describeInvalidState } from "../record/state-file.ts";
import { readState, type StateOutcome } from "../record/state-store.ts";
import { seedProfile } from "../../profiles/store.ts";
import { ReplacedFile } from "./replaced-file.ts";

const POLL_MS = 10;
/** Of what the program said: its last lines say why. */
const LONGEST_OUTPUT = 600;

/** The contents of a state file before the program writes to it. */
export const PRIOR_STATE = { desired_state: "running", another_programs_key: "keep me" } as const;

/** As a slot's `run` starts it: the pid stays the same through the exec. */
const STARTER = `export ${SUPERVISED_PID}="$$"; exec "$0" "$@"`;

/** One start of the program, as the gateway of one profile. */
export interface Start {
  readonly profile: ProfileName;
  readonly child: Child;
}

/** Returns the reason why a state file does not report this start as running; null if it does. */
export function explainNotReady(
  outcome: StateOutcome,
  isMember: (pid: number) => boolean,
  startTimeOf: (pid: number) => number | null,
): string | null {
  if (outcome.kind === "missing") return "there is no gateway_state.json";
  if (outcome.kind === "unreadable") return outcome.reason;
  const { reportedState, pid, startTime } = outcome.state;
  if (reportedState !== "running" && reportedState !== "degraded") {
    return `gateway_state is ${reportedState === null ? "not there" : `'${toPrintable(reportedState, 40)}'`}`;
  }
  if (pid === null) return describeInvalidState(outcome.state) ?? "pid is not there";
  if (!isMember(pid)) return `pid ${pid} is not the process that was started, nor of its group`;
  if (startTime !== null && startTimeOf(pid) !== startTime) {
    return `start_time ${startTime} is not that of pid ${pid} (field 22 of /proc/${pid}/stat)`;
  }
  return null;
}

/** Thrown if a trial is given up. */
export class GivenUp extends Error {
  override readonly name = "GivenUp";
}

export interface TrialOptions {
  readonly host: Host;
  readonly program: string;
  /** A directory of its own. */
  readonly directory: string;
  readonly startChild: (typeof import("../../host/children.ts"))["startChild"];
  /** Ends the trial. */
  readonly signal: AbortSignal;
}

/** A place of its own in which a program is tried out. */
export class Trial {
  readonly #options: TrialOptions;
  readonly #files = new Map<ProfileName, ReplacedFile>();
  readonly #starts: Start[] = [];
  /** The first half file that was seen. */
  torn: string | null = null;
  /** The first values that were seen and are none of their keys'. */
  odd: string | null = null;

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  get #host(): Host {
    return this.#options.host;
  }

  get #root(): string {
    return join(this.#options.directory, "home");
  }

  /** Makes a profile with a state file in which others have written already. */
  prepare(profile: ProfileName): void {
    const directory = profileDirectory(this.#root, profile);
    this.#host.files.ensureDirectory(directory, 0o755);
    seedProfile(this.#host, directory);
    const text = `${JSON.stringify(PRIOR_STATE, null, 2)}\n`;
    const path = stateFilePath(directory);
    this.#host.files.writeFileAtomically(path, text, 0o644);
    this.#files.set(profile, new ReplacedFile(this.#host, path));
  }

  state(profile: ProfileName): StateOutcome {
    return readState(this.#host, profileDirectory(this.#root, profile));
  }

  /** Starts the program as a slot does, or with the profile after its words. Throws if it cannot be started. */
  start(profile: ProfileName, where: "in front" | "behind" = "in front"): Start {
    const named = profile === DEFAULT_PROFILE ? [] : ["-p", profile];
    const run = ["gateway", "run", "--replace"];
    const words = where === "behind" ? [...run, ...named] : [...named, ...run];
    const child = this.#options.startChild(
      ["/bin/sh", "-c", STARTER, this.#options.program, ...words],
      {
        environment: this.#environment(),
        cwd: "/",
        outputPath: this.#outputPath(profile),
      },
    );
    const start = { profile, child };
    this.#starts.push(start);
    return start;
  }

  /** Waits for a condition, and looks meanwhile whether every state file is whole. Throws `GivenUp`. */
  async wait(limitMs: number, condition: () => boolean): Promise<boolean> {
    const look = () => {
      if (this.#options.signal.aborted) throw new GivenUp();
      this.#lookForTorn();
      return condition();
    };
    return waitUntil(this.#host, look, limitMs, POLL_MS);
  }

  /** Returns the reason why this start does not report that it runs; null if it does. */
  notReady({ profile, child }: Start): string | null {
    const { readProcess } = this.#host.processes;
    return explainNotReady(
      this.state(profile),
      (pid) => pid === child.pid || readProcess(pid)?.group === child.pid,
      (pid) => readProcess(pid)?.startTime ?? null,
    );
  }

  /** The processes that belong to a start, besides the one that was started. */
  others({ child }: Start): readonly number[] {
    return listGatewayProcesses(this.#host, child.pid)
      .map(({ pid }) => pid)
      .filter((pid) => pid !== child.pid);
  }

  signal({ child }: Start, signal: NodeJS.Signals): void {
    if (child.exit() === null) this.#host.processes.sendSignal(child.pid, signal);
  }

  /** Kills all that belongs to a start. */
  kill(start: Start): void {
    this.signal(start, "SIGKILL");
    for (const pid of this.others(start)) this.#host.processes.sendSignal(pid, "SIGKILL");
  }

  /** The end of what a start said. */
  said({ profile }: Start): string {
    const outcome = this.#host.files.readTextFile(this.#outputPath(profile), 1_048_576);
    const text = outcome.kind === "text" ? outcome.text : "";
    const last = toPrintable(text.slice(-LONGEST_OUTPUT), LONGEST_OUTPUT);
    return last === "" ? "it said nothing" : `it said: ${last}`;
  }

  /** Kills what is left of the program and removes its place. */
  async end(): Promise<void> {
    for (const start of this.#starts) this.kill(start);
    const isOver = () => this.#starts.every(({ child }) => child.exit() !== null);
    await waitUntil(this.#host, isOver, 2000, POLL_MS);
    for (const file of this.#files.values()) file.close();
    this.#host.files.removeTree(this.#options.directory);
  }

  #outputPath(profile: ProfileName): string {
    return join(this.#options.directory, `${profile}.log`);
  }

  #environment(): Readonly<Record<string, string>> {
    const environment = definedVariables(this.#host.environment);
    for (const name of RUNTIME_VARIABLES) delete environment[name];
    return {
      ...environment,
      HERMES_HOME: this.#root,
      ...Object.fromEntries(SUPERVISED_CHILD_VARIABLES.map((name) => [name, "1"])),
      XDG_RUNTIME_DIR: join(this.#options.directory, "run"),
    };
  }

  #lookForTorn(): void {
    for (const [profile, file] of this.#files) {
      // First: what cannot be read may be half of what is written in place.
      const outcome = this.state(profile);
      if (file.isWrittenInPlace()) this.torn ??= "it is written in place: others may read half";
      if (outcome.kind === "missing") this.torn ??= "it was not there for a moment";
      if (outcome.kind === "unreadable") this.torn ??= outcome.reason;
      if (outcome.kind === "state") this.odd ??= describeInvalidState(outcome.state);
    }
  }
}

/** Describes how a start ended. */
export function describeExit(exit: ChildExit | null): string {
  if (exit === null) return "it still runs";
  return exit.signal === null
    ? `it exited with code ${exit.code}`
    : `it was ended by ${exit.signal}`;
}
