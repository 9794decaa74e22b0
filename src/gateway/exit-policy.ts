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
 * The exit policy: decides what follows the end of a gateway. `earlier` is the number of ends that counted in the
 * window before this one; `random` is from 0 to 1.
 */
export function decideAfterExit(exit: GatewayExit, earlier: number, random: number): ExitDecision {
  const { announced, code } = exit;
  const count = earlier + 1;
  // An announcement counts, whatever the exit code is.
  if (announced === "stop") return stayDown("stopped", "was stopped by an operator");
  if (announced === "shutdown") return stayDown("shut-down", "went down with the container");
  if (announced === "restart") {
    const reason = "was restarted by an operator";
    return { meaning: "restarted", reason, backoffMs: 0, counted: false };
  }
  // By hand, past our commands.
  if (exit.wantedUp === false) return stayDown("stopped", "was stopped by an operator");
  if (code === 0) return stayDown("finished", "finished on purpose (exit code 0)");
  if (code === ExitCode.configuration) {
    const reason = `cannot run with this configuration (${describe(exit)})`;
    return stayDown("misconfigured", reason);
  }
  if (count >= CRASH_LIMIT) {
    const often = `crashed ${count} times in ${CRASH_WINDOW_MS / 60_000} minutes`;
    const reason = `${often}, at last with ${describe(exit)}`;
    return { ...stayDown("crash-looped", reason), counted: true };
  }
  if (code === ExitCode.tryAgain) {
    // The first restart has no backoff.
    const backoffMs = backoffOf(count - 1, random);
    const reason = `asked to be started again (${describe(exit)})`;
    return { meaning: "restart-requested", reason, backoffMs, counted: true };
  }
  const backoffMs = backoffOf(count, random);
  return { meaning: "crashed", reason: `crashed with ${describe(exit)}`, backoffMs, counted: true };
}
