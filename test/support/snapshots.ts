import type { RecordedExit } from "../../src/gateway/record/exit.ts";
import type { GatewaySnapshot, Snapshot } from "../../src/status/snapshot.ts";
import type { Paint } from "../../src/terminal/style.ts";
import { TEST_TIME } from "./fake-clock.ts";
import { profileName } from "./names.ts";

/** A gateway that is ready, as it should be, but for `part`. */
export function gatewaySnapshot(
  name: string,
  part: Partial<GatewaySnapshot> = {},
): GatewaySnapshot {
  return {
    profile: profileName(name),
    desired: "running",
    stateFileError: null,
    logError: null,
    state: "ready",
    detail: null,
    drift: null,
    pid: null,
    logger: "up",
    since: null,
    secondsInState: null,
    isOverdue: false,
    restarts: 0,
    recentCrashes: 0,
    reportedState: null,
    lastExit: null,
    ...part,
  };
}

export function snapshotOf(
  gateways: readonly GatewaySnapshot[],
  part: Partial<Snapshot> = {},
): Snapshot {
  return {
    version: 2,
    takenAt: new Date(TEST_TIME).toISOString(),
    manager: "s6 (container supervisor)",
    managerKind: "s6",
    booting: false,
    home: "/opt/data",
    homeError: null,
    services: [],
    gateways,
    ...part,
  };
}

/** An end with exit code 1, two minutes before the fake clock's time. */
export const CRASH: RecordedExit = {
  at: TEST_TIME - 120_000,
  pid: 5,
  startTime: 500,
  code: 1,
  signal: null,
  ranMs: 10_000,
  meaning: "crashed",
  reason: "crashed with exit code 1",
  backoffMs: 4000,
};

/** Colours that can be read: `<bad:down>`. */
export const visiblePaint: Paint = (role, text) => `<${role}:${text}>`;
