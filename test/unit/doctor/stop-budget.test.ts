import { expect, test } from "bun:test";
import { STOP_BUDGET } from "../../../src/doctor/stop-budget.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  type FaultCase,
} from "../../support/doctor-installation.ts";

const FAULTS: readonly FaultCase[] = [
  {
    title: "an init that kills gateways too early",
    check: "stop-budget",
    cause: ({ disk }) =>
      disk.putFile("/run/s6/container_environment/S6_KILL_FINISH_MAXTIME", "3000"),
    finding: {
      severity: "problem",
      message: "gateways are killed 3000 ms after `docker stop`, but may need 7000 ms",
      cause: "S6_KILL_FINISH_MAXTIME=3000",
      remedy: "remove S6_KILL_FINISH_MAXTIME, or set it to at least 7500",
    },
  },
  {
    title: "an init that waits longer than the engine",
    check: "stop-budget",
    cause: ({ disk }) => disk.putFile("/run/s6/container_environment/S6_KILL_GRACETIME", "3000"),
    finding: {
      severity: "problem",
      message: "a stop may take 10500 ms, but the engine kills everything after 10000 ms",
      cause: "S6_KILL_GRACETIME=3000",
      remedy:
        "remove S6_KILL_GRACETIME, or set it to at most 2500, or stop with `docker stop -t` and a longer time",
    },
  },
];

test.each(FAULTS)("STOP_BUDGET report $title", async (fault) => {
  expect(await runOnFault([STOP_BUDGET], fault)).toMatchObject([fault.finding]);
});

test.each([["stop-budget", "a stop takes at most 7800 of the engine's 10000 ms"]])(
  "STOP_BUDGET pass in order: %s",
  async (check, message) => {
    expect(await runCheck([STOP_BUDGET], check, makeInstallation())).toEqual([
      { severity: "ok", message },
    ]);
  },
);
