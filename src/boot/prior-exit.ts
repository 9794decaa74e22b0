import type { RecordedExit } from "../gateway/record/exit.ts";
import type { StateFile } from "../gateway/record/state-file.ts";

/** True if the gateway exited in order before this boot, as far as its state file tells. */
export type PriorExit = "clean" | "unclean" | "unknown";

const ALIVE: ReadonlySet<string> = new Set(["starting", "running", "draining", "degraded"]);

function isOf(exit: RecordedExit, { pid, startTime }: StateFile): boolean {
  return pid !== null && startTime !== null && exit.pid === pid && exit.startTime === startTime;
}

/**
 * Returns true if the process that wrote the state file exited in order. The history tells if it holds that exit.
 * Otherwise the last reported state tells: with an exit reason it exited in order, without one in the middle of its
 * life; a process that never writes that key leaves it open.
 */
export function judgePriorExit(state: StateFile, lastExit: RecordedExit | null): PriorExit {
  if (lastExit !== null && isOf(lastExit, state)) {
    return lastExit.meaning === "crashed" || lastExit.meaning === "crash-looped"
      ? "unclean"
      : "clean";
  }
  const { reportedState, exitReason, raw } = state;
  if (reportedState === "stopped" || exitReason !== null) return "clean";
  const tells = "exit_reason" in raw && reportedState !== null;
  return tells && ALIVE.has(reportedState) ? "unclean" : "unknown";
}
