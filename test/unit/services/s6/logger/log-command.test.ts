import { expect, test } from "bun:test";
import {
  isNoise,
  logCommand,
  volumeLogCommand,
} from "../../../../../src/services/s6/logger/log-command.ts";

const PROGRAMS = { log: "/command/s6-log", softLimit: "/command/s6-softlimit" };
const DIRECTORY = "/vol/logs/gateways/coder";

test("logCommand() logs to the output and, with labels and 10 archives of 1 MB, to the volume, in bounded memory", () => {
  expect(logCommand(PROGRAMS, DIRECTORY).join(" ")).toBe(
    `/command/s6-softlimit -d 16777216 /command/s6-log -qp -- -^s6-ftrigrd: fatal: unable to flush asyncout: Broken pipe$ 1 n10 s1000000 t ${DIRECTORY}`,
  );
});

test("volumeLogCommand() logs to the volume alone, and holds nothing back", () => {
  expect(volumeLogCommand(PROGRAMS, DIRECTORY).join(" ")).toBe(
    `/command/s6-log -qpb -l 8300 -- n10 s1000000 ${DIRECTORY}`,
  );
});

test("isNoise() knows the one line that means nothing", () => {
  const noise = "s6-ftrigrd: fatal: unable to flush asyncout: Broken pipe\n";
  expect(isNoise(Buffer.from(noise))).toBe(true);
  expect(isNoise(Buffer.from(` ${noise}`))).toBe(false);
});
