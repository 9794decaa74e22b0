import type * as processes from "../../src/host/processes.ts";
import {
  parseProcStat,
  type CommandOptions,
  type CommandResult,
  type ProcessFacts,
} from "../../src/host/processes.ts";
import { basename } from "node:path";
import { systemError } from "./system-error.ts";

/** How a program of the test answers. */
export type Answer = Partial<Pick<CommandResult, "exitCode" | "stdout" | "stderr" | "timedOut">>;
export type Program = (args: readonly string[], options: ProgramOptions) => Answer;
/** What a program is started with, once all of its input is known. */
export interface ProgramOptions extends Omit<CommandOptions, "stdin"> {
  readonly stdin: string | undefined;
}

/** A process of the test; `onSignal` says whether a signal ended it. */
export interface FakeProcess {
  readonly facts: ProcessFacts;
  readonly argv: readonly string[];
  /** `NAME=value` */
  readonly environment: readonly string[];
  readonly onSignal: (signal: NodeJS.Signals) => boolean;
}

/** Thrown where the real `replaceProcess` would never return. */
export class Replaced extends Error {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly signals: "changed" | "all";

  constructor(
    command: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    signals: "changed" | "all" = "changed",
  ) {
    super(`became ${command.join(" ")}`);
    this.command = command;
    this.environment = environment;
    this.signals = signals;
  }
}

/** A table of processes, and programs that are functions. */
export class FakeProcesses {
  /** If a shell has this process on its terminal. */
  isOnTerminalOfAnother = false;
  readonly #running = new Map<number, FakeProcess>();
  readonly #programs = new Map<string, Program>();
  /** The process in which the code under test runs. */
  self = 4242;
  /** Every command that was run, in order. */
  readonly commands: (readonly string[])[] = [];
  /** Every program that was started to be left alone, in order. */
  readonly detached: {
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  }[] = [];
  /** Every signal that was sent, in order: `12 SIGTERM`. */
  readonly signals: string[] = [];

  /** Makes a program that `runCommand` finds by its base name. */
  install(name: string, program: Program): void {
    this.#programs.set(name, program);
  }

  /** Starts a process; by default any signal ends it. */
  start(
    pid: number,
    process: Partial<Omit<FakeProcess, "facts">> & Partial<ProcessFacts> = {},
  ): void {
    const {
      argv = ["hermes"],
      environment = [],
      onSignal = () => true,
      parent = 1,
      group = pid,
      session = group,
      startTime = pid * 100,
      command = "hermes",
    } = process;
    const facts = { pid, command, state: "S", parent, group, session, startTime };
    this.#running.set(pid, { facts, argv, environment, onSignal });
  }

  end(pid: number): void {
    this.#running.delete(pid);
  }

  /** The room's functions, on this table. */
  readonly processes: typeof processes = {
    parseProcStat,
    runCommand: async (command, options) => {
      this.commands.push(command);
      const [program = "", ...args] = command;
      // Whose input is known runs at once, as what the caller is at this moment.
      const stdin = options.stdin instanceof Promise ? await options.stdin : options.stdin;
      const answer: Answer = this.#programs.get(basename(program))?.(args, {
        ...options,
        stdin,
      }) ?? {
        exitCode: 127,
        stderr: `no program ${program}`,
      };
      return {
        command,
        exitCode: 0,
        signal: null,
        stdout: "",
        stderr: "",
        timedOut: false,
        startFailure: null,
        ...answer,
      };
    },
    startDetached: async (command, environment) => {
      this.detached.push({ command, environment });
    },
    readProcess: (pid) => this.#running.get(pid)?.facts ?? null,
    listProcesses: () => [...this.#running.values()].map(({ facts }) => facts),
    isOnTerminalOfAnother: () => this.isOnTerminalOfAnother,
    listAncestry: () => {
      const ancestry: ProcessFacts[] = [];
      let current = this.#running.get(this.self);
      while (current !== undefined) {
        ancestry.push(current.facts);
        current = this.#running.get(current.facts.parent);
      }
      return ancestry;
    },
    readEnvironment: (pid) => this.#running.get(pid)?.environment ?? [],
    readArguments: (pid) => this.#running.get(pid)?.argv ?? [],
    sendSignal: (pid, signal) => {
      if (pid === -1) {
        this.signals.push(`-1 ${signal}`);
        for (const each of this.#running.keys()) if (each > 1 && each !== this.self) this.end(each);
        return true;
      }
      const target = this.#running.get(pid);
      if (target === undefined) return false;
      if (pid === 1) throw systemError("EPERM");
      this.signals.push(`${pid} ${signal}`);
      if (target.onSignal(signal)) this.end(pid);
      return true;
    },
    replaceProcess: (command, environment, signals) => {
      throw new Replaced(command, environment, signals);
    },
  };
}
