import { expect, test } from "bun:test";
import { FakeHost } from "../../../../support/fake-host.ts";
import { installS6 } from "../../../../support/fake-s6.ts";
import {
  isNoise,
  logCommand,
  volumeLogCommand,
} from "../../../../../src/services/image/logger/log-command.ts";

const DIRECTORY = "/vol/logs/gateways/coder";

function s6Host(): FakeHost {
  const host = new FakeHost();
  installS6(host);
  return host;
}

test("logCommand() logs to the output and, with labels and 10 archives of 1 MB, to the volume, in bounded memory", () => {
  expect(logCommand(s6Host(), DIRECTORY).join(" ")).toBe(
    `/command/s6-softlimit -d 16777216 /command/s6-log -qp -- -^s6-ftrigrd: fatal: unable to flush asyncout: Broken pipe$ 1 n10 s1000000 t ${DIRECTORY}`,
  );
});

test("volumeLogCommand() logs to the volume alone, and holds nothing back", () => {
  expect(volumeLogCommand(s6Host(), DIRECTORY).join(" ")).toBe(
    `/command/s6-log -qpb -l 8300 -- n10 s1000000 ${DIRECTORY}`,
  );
});

test("isNoise() knows the one line that means nothing", () => {
  const noise = "s6-ftrigrd: fatal: unable to flush asyncout: Broken pipe\n";
  expect(isNoise(Buffer.from(noise))).toBe(true);
  expect(isNoise(Buffer.from(` ${noise}`))).toBe(false);
});
