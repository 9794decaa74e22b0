import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IMAGE_LIKE } from "../support/image-like.ts";
import { S6Tree, type TreeOptions } from "../support/s6-tree.ts";

const VOLUME = "/opt/data";

/** The image, with root's files on its volume. */
const WITH_VOLUME: TreeOptions = {
  ...IMAGE_LIKE,
  env: { ...IMAGE_LIKE.env, HERMES_HOME: VOLUME },
  prepare: `${IMAGE_LIKE.prepare}
mount -t tmpfs -o mode=755 tmpfs /opt
mkdir ${VOLUME}
mount --bind "$TREE/home" ${VOLUME}
chown 0:0 "$TREE/home"
rm -r /run/hermes /run/hermes-alias /run/hermes-boot`,
};

/** The calls that root makes with a path on the volume, the top alone left out. */
function callsOfRoot(trace: string): readonly string[] {
  const isHermes = new Set<string>();
  return trace.split("\n").filter((line) => {
    const [pid = ""] = line.split(" ");
    if (/ setuid\(10000|<\.\.\. setuid resumed/.test(line)) isHermes.add(pid);
    const names = !/ execve\(| getcwd\(/.test(line) && line.includes(`"${VOLUME}/`);
    return names && !isHermes.has(pid);
  });
}

test.each(["setup", "services", "reconcile", "finish"])(
  "hermes-boot boot %s makes no call as root with a path below the volume",
  async (part) => {
    await using tree = await S6Tree.start(WITH_VOLUME);
    tree.addProfile("coder", '{"desired_state": "running"}');
    mkdirSync(join(tree.home, "memories/deep"), { recursive: true });
    writeFileSync(join(tree.home, "memories/deep/x"), "");
    const boot = ["/usr/local/bin/hermes-boot", "boot", part];
    if (part !== "setup") await tree.run(["/usr/local/bin/hermes-boot", "boot", "setup"]);
    const log = join(tree.directory, "strace.log");
    const { code } = await tree.run([
      "strace",
      "-f",
      "-o",
      log,
      "-e",
      "trace=%file,setuid",
      "--",
      ...boot,
    ]);
    expect(code).toBe(0);
    const trace = readFileSync(log, "utf8");
    expect(trace).toContain(`execve("/usr/local/bin/hermes-boot"`);
    expect(callsOfRoot(trace)).toEqual([]);
    if (part === "setup") expect(trace).toContain(`chown("/proc/self/fd/`);
  },
);
