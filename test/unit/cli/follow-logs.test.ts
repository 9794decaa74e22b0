import { expect, test } from "bun:test";
import { followLogs } from "../../../src/cli/follow-logs.ts";
import type { Follower } from "../../../src/logs/follower.ts";
import { UTC } from "../../../src/logs/zone-offsets.ts";
import { FakeHost } from "../../support/fake-host.ts";

const VIEW = { raw: false, offsetAt: UTC, prefix: () => "", dim: (text: string) => text };

test("followLogs() shows new lines and warns of lost ones until a signal ends it", async () => {
  const host = new FakeHost();
  const texts = ["one", "two"];
  const follower: Follower = {
    readNew: () => {
      const text = texts.shift();
      const lines = text === undefined ? [] : [{ source: "coder", time: null, text }];
      return () => {
        const line = lines.shift();
        return line === undefined ? null : { ...line, part: "line" };
      };
    },
    takeLost: () => texts.length === 1,
    close: () => undefined,
  };
  host.clock.after(1000, () => host.end("SIGTERM"));
  expect(await followLogs(host, () => [], new Map([["coder", follower]]), VIEW)).toBe(143);
  expect(host.stdout).toBe("one\ntwo\n");
  expect(host.notes).toEqual(["warning: lines of 'coder' went away before they could be read"]);
});
