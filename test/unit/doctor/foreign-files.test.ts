import { expect, test } from "bun:test";
import { judgeOwners } from "../../../src/doctor/foreign-files.ts";
import { FakeHost, HERMES } from "../../support/fake-host.ts";

const ROOT = "/opt/data";

function volume(): FakeHost {
  const host = new FakeHost({ uid: 10_000, users: [HERMES] });
  host.disk.putDirectory(ROOT, { uid: 10_000, gid: 10_000 });
  host.disk.creator = { uid: 10_000, gid: 10_000 };
  return host;
}

const root = { uid: 0, gid: 0 };
const judge = (host: FakeHost) =>
  judgeOwners(host, ROOT, true).map((finding) =>
    finding.severity === "ok" ? "ok" : `${finding.severity}: ${finding.message}`,
  );

test("judgeOwners() finds the files of other users everywhere on the volume", () => {
  const host = volume();
  host.disk.putFile(`${ROOT}/profiles/coder/memories/MEMORY.md`, "", root);
  host.disk.putFile(`${ROOT}/skills/mine`, "");
  host.disk.putFile(`${ROOT}/photos/x`, "", { uid: 1234, gid: 1234 });
  expect(judgeOwners(host, ROOT, true)).toEqual([
    {
      severity: "problem",
      message: `gateways and commands cannot write to ${ROOT}/photos/x, ${ROOT}/profiles/coder/memories/MEMORY.md`,
      cause: "uid 0, 1234 owns them, not hermes",
      remedy:
        "run `hermes doctor --fix` as root or restart the container, which gives root's files to hermes; for other owners run `chown -h 10000` on each as root",
      repair: null,
    },
  ]);
  expect(judgeOwners(host, ROOT, false)).toMatchObject([
    { remedy: "run `chown -h 10000` on each as root" },
  ]);
});

test("judgeOwners() keeps the name of a file on one line", () => {
  const host = volume();
  host.disk.putFile(`${ROOT}/a\n✓ Boot: all is well`, "", root);
  expect(judge(host)).toEqual([
    `problem: gateways and commands cannot write to ${ROOT}/a\\n✓ Boot: all is well`,
  ]);
});

test("judgeOwners() names ten files, counts the others, and reports another user's directory as a whole", () => {
  const host = volume();
  for (let index = 10; index < 22; index += 1) host.disk.putFile(`${ROOT}/a${index}`, "", root);
  host.disk.putDirectory(`${ROOT}/b`, root);
  host.disk.putFile(`${ROOT}/b/c`, "", root);
  const [found] = judge(host);
  expect(found).toEndWith(`${ROOT}/a18, ${ROOT}/a19 and 3 more`);
});

test("judgeOwners() accepts files that hermes can use, links and lost+found", () => {
  const host = volume();
  host.disk.putFile(`${ROOT}/shared`, "", { uid: 1000, gid: 10_000, mode: 0o660 });
  host.disk.putFile(`${ROOT}/listed`, "", { uid: 1000, gid: 1000, mode: 0o660 });
  host.disk.putLink(`${ROOT}/link`, "/etc", root);
  host.disk.putDirectory(`${ROOT}/lost+found`, { ...root, mode: 0o700 });
  expect(judge(host)).toEqual([]);
});

test("judgeOwners() judges the mount points that hermes needs, and no file below them", () => {
  const host = volume();
  const points = ["", "/config.yaml", "/workspace", "/workspace-2", "/sessions"];
  const lines = points.map((point, index) => `${50 + index} 1 0:1 / ${ROOT}${point} rw - x x rw\n`);
  host.disk.putFile("/proc/self/mountinfo", lines.join(""));
  host.disk.putFile(`${ROOT}/config.yaml`, "", root);
  host.disk.putDirectory(`${ROOT}/workspace`, root);
  host.disk.putDirectory(`${ROOT}/workspace-2`, root);
  host.disk.putDirectory(`${ROOT}/sessions`, { ...root, mode: 0o777 });
  host.disk.putFile(`${ROOT}/sessions/a`, "", root);
  expect(judge(host)).toEqual([`problem: gateways and commands cannot write to ${ROOT}/workspace`]);
});

test("judgeOwners() reports the paths that it could not check", () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/sessions`);
  host.disk.putFile(`${ROOT}/${"d/".repeat(101)}x`, "");
  host.disk.fail(`${ROOT}/sessions`, "read", "EIO");
  expect(judge(host)).toEqual([
    `warning: the owners of some files were not checked: ${ROOT}/sessions (input/output error), the rest of ${ROOT} (too much, or too deep a directory)`,
  ]);
});
