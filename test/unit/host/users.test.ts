import { expect, test } from "bun:test";
import { parsePasswd } from "../../../src/host/users.ts";

test("parsePasswd() reads name, ids and home", () => {
  const text = "root:x:0:0:root:/root:/bin/bash\nhermes:x:10000:10001::/opt/data:/bin/sh\n";
  expect(parsePasswd(text)).toEqual([
    { name: "root", uid: 0, gid: 0, home: "/root" },
    { name: "hermes", uid: 10_000, gid: 10_001, home: "/opt/data" },
  ]);
});

test("parsePasswd() leaves broken lines out and goes on", () => {
  const text = [
    "",
    "# comment",
    "short:x:1",
    ":x:0:0::/:/bin/sh",
    "words:x:one:two::/:/bin/sh",
    "+nis",
    "last:x:7:8::/l:/bin/sh",
  ].join("\n");
  expect(parsePasswd(text)).toEqual([{ name: "last", uid: 7, gid: 8, home: "/l" }]);
});

test("parsePasswd() takes an empty uid for no uid, not for root", () => {
  expect(parsePasswd("ghost:x:::: :/bin/sh")).toEqual([]);
});
