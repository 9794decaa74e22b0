import type { Host } from "../host/host.ts";
import { OVERLAY_INIT } from "../core/image.ts";

/** The init to become: s6-overlay's, the same without its warnings, or the fallback. */
export type InitChoice = "overlay" | "overlay-quiet" | "fallback";

/** The facts that decide which init can run here. */
export interface InitFacts {
  readonly hasOverlay: boolean;
  /** The process that becomes the init. */
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  /** The owner and the mode of /run; null if there is none. */
  readonly run: { readonly uid: number; readonly gid: number; readonly mode: number } | null;
  readonly verbosity: string | undefined;
}

/**
 * Returns true if s6-overlay accepts this /run without root: if it is the user's own, or root's with the mode that it
 * has in the image, and not an emptyDir of Kubernetes. In group 0 (`--user 10000:0`, or runAsUser alone) it asks for
 * yet another one.
 */
function takesRun({ uid, gid, run }: InitFacts): boolean {
  if (gid === 0 || run === null) return false;
  return run.uid === uid || (run.uid === 0 && run.gid === 0 && run.mode === 0o1777);
}

/**
 * Chooses the init: s6-overlay's can only be PID 1 and is particular about /run. Of a /run that is root's in a rootless
 * container it warns, which is as it should be there.
 */
export function chooseInit(facts: InitFacts): InitChoice {
  if (!facts.hasOverlay || facts.pid !== 1) return "fallback";
  if (facts.uid === 0) return "overlay";
  if (!takesRun(facts)) return "fallback";
  return facts.verbosity === "1" ? "overlay-quiet" : "overlay";
}

/** Gathers what decides, for the process `pid` that is to become the init. */
export function readInitFacts(host: Host, pid: number): InitFacts {
  return {
    hasOverlay: host.files.exists(OVERLAY_INIT),
    pid,
    uid: host.users.currentUid(),
    gid: host.users.currentGid(),
    run: host.files.readStatus("/run"),
    verbosity: host.environment["S6_VERBOSITY"],
  };
}
