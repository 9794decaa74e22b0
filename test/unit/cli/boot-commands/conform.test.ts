import { expect, test } from "bun:test";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test.each([
  [["agent"], 2, "✗ 'agent' is not an absolute path"],
  [["/srv/agent", "--wait", "0"], 2, "✗ Flag '--wait' takes a number of seconds, not '0'"],
  [["/srv/agent", "--wait=5m"], 2, "✗ Flag '--wait' takes a number of seconds, not '5m'"],
  [["/srv/agent"], 78, "✗ Cannot use the agent /srv/agent: "],
])("hermes-boot conform refuses %j and starts nothing", async (words, code, message) => {
  const host = container();
  host.disk.putFile("/srv/agent", "#!/usr/bin/missing\n", { mode: 0o755 });
  const outcome = await hermesBoot(host, "conform", ...words);
  expect(outcome.code).toBe(code);
  expect(outcome.notes[0]).toStartWith(message);
  expect(host.table.commands).toEqual([]);
});
