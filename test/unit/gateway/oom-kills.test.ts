import { expect, test } from "bun:test";
import { readOomKills } from "../../../src/gateway/oom-kills.ts";
import { FakeHost } from "../../support/fake-host.ts";

const V1 = "12:devices:/docker/abc\n9:memory,hugetlb:/docker/abc\n0::/init.scope\n";

test.each([
  ["v2, in a namespace of its own", "0::/\n", "/sys/fs/cgroup/memory.events"],
  ["v2, without", "0::/docker/abc\n", "/sys/fs/cgroup/docker/abc/memory.events"],
  ["v1, in a namespace of its own", V1, "/sys/fs/cgroup/memory/memory.oom_control"],
  ["v1, without", V1, "/sys/fs/cgroup/memory/docker/abc/memory.oom_control"],
])("readOomKills() reads the counter of cgroup %s", (_, membership, path) => {
  const host = new FakeHost();
  host.disk.putFile("/proc/self/cgroup", membership);
  host.disk.putFile(path, "oom 4\noom_kill_disable 0\noom_kill 7\n");
  expect(readOomKills(host)).toBe(7);
});

test("readOomKills() is null if the kernel does not say", () => {
  const host = new FakeHost();
  expect(readOomKills(host)).toBeNull();
  host.disk.putFile("/proc/self/cgroup", "0::/\n");
  host.disk.putFile("/sys/fs/cgroup/memory.events", "low 0\n");
  expect(readOomKills(host)).toBeNull();
});
