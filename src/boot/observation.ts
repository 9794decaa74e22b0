import type { DesiredState } from "../gateway/record/state-file.ts";

/** True if the gateway exited in order before this boot, as far as its state file tells. */
export type PriorExit = "clean" | "unclean" | "unknown";

/** A state file as the plan sees it. */
export type ObservedState =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "state";
      readonly reportedState: string | null;
      readonly desired: DesiredState | null;
      readonly priorExit: PriorExit;
      /** Describes its wrong values; null if there are none. */
      readonly stateFileError: string | null;
    };

/** One entry of the volume that is a profile, or looks like one. */
export type Observation =
  | { readonly kind: "profile"; readonly name: string; readonly state: ObservedState }
  | { readonly kind: "rejected"; readonly name: string; readonly reason: string };
