import { ExitCode } from "../core/errors.ts";
import { SIGKILL } from "../core/signals.ts";
import { CRASH_WINDOW_MS, LONGEST_BACKOFF_MS } from "./record/exit-record.ts";
import type { ExitMeaning } from "./record/exit.ts";

/** The exit of a gateway. */
export interface GatewayExit {
  /** null if a signal ended it. */
  readonly code: number | null;
  /** The signal's number; null if it exited. */
  readonly signal: number | null;
  /** The stop or restart that was announced to this very process, or to the whole container. */
  readonly announced: "stop" | "restart" | "shutdown" | null;
  /** True if s6 wants it up; null if s6 does not tell. */
  readonly wantedUp: boolean | null;
  /** Its own exit reason; null without one. */
  readonly exitReason: string | null;
  /** The last line that it printed; null if it printed nothing, or that does not explain such an end. */
  readonly lastLine: string | null;
  /** Processes of the container that the OOM killer ended while it ran. */
  readonly oomKills: number;
}

/** The decision after the exit of a gateway. */
export interface ExitDecision {
  readonly meaning: ExitMeaning;
  /** In words, for the log, the status and the history. */
  readonly reason: string;
  /** Milliseconds until it is started again; null if it stays down. */
  readonly backoffMs: number | null;
  /** True if it counts towards the limit. */
  readonly counted: boolean;
}

/** The end that makes it this many within the window keeps the gateway down. */
export const CRASH_LIMIT = 8;
const FIRST_BACKOFF_MS = 1000;
/** Jitter: gateways that crashed together must not restart together. A backoff is up to this share shorter. */
const JITTER = 0.1;

/**
 * The facts that the rows decide on: the exit, its place among those that count, and a number from 0 to 1.
 */
interface ExitFacts {
  readonly exit: GatewayExit;
  /** This end and the earlier ones in the window. */
  readonly count: number;
  readonly random: number;
}

/** One row of the table. */
interface Row {
  readonly applies: (facts: ExitFacts) => boolean;
  readonly decide: (facts: ExitFacts) => ExitDecision;
}

/**
 * The signal in words. The kernel counts what the OOM killer ends by container, not by process: so the count, on which
 * the statement is based, is a part of it.
 */
function describeSignal(signal: number, oomKills: number): string {
  if (signal !== SIGKILL || oomKills === 0) return `signal ${signal}`;
  const kills = oomKills === 1 ? "1 kill" : `${oomKills} kills`;
  return `signal ${signal}: killed by the OOM killer (${kills} in this container while it ran)`;
}

/** An end in words: `exit code 1`, `signal 9`, and what the gateway said about it, or else printed last. */
function describe({ code, signal, exitReason, lastLine, oomKills }: GatewayExit): string {
  const how = signal === null ? `exit code ${code}` : describeSignal(signal, oomKills);
  if (exitReason !== null) return `${how}: ${exitReason}`;
  return lastLine === null ? how : `${how}; its last line: ${lastLine}`;
}

/** 0, 1, 2, 4 … 60 s. */
function backoffOf(step: number, random: number): number {
  if (step === 0) return 0;
  const whole = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (step - 1));
  return Math.round(whole * (1 - JITTER * random));
}

function stayDown(meaning: ExitMeaning, reason: string): ExitDecision {
  return { meaning, reason, backoffMs: null, counted: false };
}

/**
 * The exit policy: the first row that applies decides. An announced stop is decided before the exit code is looked at.
 */
const POLICY: readonly Row[] = [
  {
    applies: ({ exit }) => exit.announced === "stop",
    decide: () => stayDown("stopped", "was stopped by an operator"),
  },
  {
    applies: ({ exit }) => exit.announced === "shutdown",
    decide: () => stayDown("shut-down", "went down with the container"),
  },
  {
    // Whatever its exit code is: the operator wants it to run.
    applies: ({ exit }) => exit.announced === "restart",
    decide: () => ({
      meaning: "restarted",
      reason: "was restarted by an operator",
      backoffMs: 0,
      counted: false,
    }),
  },
  {
    // By hand, past our commands.
    applies: ({ exit }) => exit.wantedUp === false,
    decide: () => stayDown("stopped", "was stopped by an operator"),
  },
  {
    applies: ({ exit }) => exit.code === 0,
    decide: () => stayDown("finished", "finished on purpose (exit code 0)"),
  },
  {
    applies: ({ exit }) => exit.code === ExitCode.configuration,
    decide: ({ exit }) =>
      stayDown("misconfigured", `cannot run with this configuration (${describe(exit)})`),
  },
  {
    applies: ({ count }) => count >= CRASH_LIMIT,
    decide: ({ exit, count }) => ({
      ...stayDown(
        "crash-looped",
        `crashed ${count} times in ${CRASH_WINDOW_MS / 60_000} minutes, at last with ${describe(exit)}`,
      ),
      counted: true,
    }),
  },
  {
    // Exit code 75: the first restart has no backoff.
    applies: ({ exit }) => exit.code === ExitCode.tryAgain,
    decide: ({ exit, count, random }) => ({
      meaning: "restart-requested",
      reason: `asked to be started again (${describe(exit)})`,
      backoffMs: backoffOf(count - 1, random),
      counted: true,
    }),
  },
];

/** Every other end, signals among them. */
function crash({ exit, count, random }: ExitFacts): ExitDecision {
  return {
    meaning: "crashed",
    reason: `crashed with ${describe(exit)}`,
    backoffMs: backoffOf(count, random),
    counted: true,
  };
}

/**
 * Decides what follows the end of a gateway. `earlier` is how many ends counted in the window before
 * this one; `random` is from 0 to 1.
 */
export function decideAfterExit(exit: GatewayExit, earlier: number, random: number): ExitDecision {
  const facts = { exit, count: earlier + 1, random };
  const row = POLICY.find(({ applies }) => applies(facts));
  return (row?.decide ?? crash)(facts);
}
