import { describe, expect, test } from "bun:test";
import { createVolume } from "./harness/volume.ts";
import { bootContainer, restartContainer } from "./support/booted.ts";
import { readBootLog, withoutTime } from "./support/boot-log.ts";
import { readConditions, waitUntilReady } from "./support/status.ts";
import { ownerAndMode } from "./support/tree.ts";
import { onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

const ENTRY = "/usr/local/lib/hermes/entrypoint.sh";

/** What was done before its turn. */
const MARKS = 'ls -A /run/hermes-boot | grep -x -e ahead -e prepared -e slots | xargs; ls -A "$1"';

async function readMarks(container: Awaited<ReturnType<typeof bootContainer>>) {
  return container.execOk("root", ["sh", "-c", MARKS, "sh", "/run/hermes-boot/slots"]);
}

describe("the boot's work", () => {
  test.concurrent("is done beside the init in the image as it is built, at each start", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running", idle: null }));
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    for (const start of [1, 2]) {
      expect(await readMarks(container)).toBe("ahead prepared slots\n");
      await waitUntilReady(container, ["coder"]);
      expect(await readConditions(container)).toMatchObject({ default: "down", idle: "down" });
      const lines = (await readBootLog(container)).map(withoutTime);
      expect(lines).toHaveLength(3 * start);
      expect(lines.at(-2)).toStartWith("profile=coder prior_state=running action=started");
      const slot = "/run/service/gateway-coder";
      expect(await ownerAndMode(container, slot)).toBe("root:root 755");
      expect(await ownerAndMode(container, `${slot}/supervise/control`)).toBe("root:hermes 620");
      if (start === 1) await restartContainer(container);
    }
  });

  test.concurrent("waits for its turn where a script of somebody's own has a part in it", async () => {
    const script = String.raw`#!/bin/sh\nmkdir -p /opt/data/profiles/late && : >/opt/data/profiles/late/SOUL.md\n`;
    const own = `printf '${script}' >/etc/cont-init.d/015-mine && chmod 755 /etc/cont-init.d/015-mine`;
    await using container = await bootContainer({
      flags: ["--entrypoint=/bin/sh"],
      args: ["-c", `${own} && exec ${ENTRY} sleep infinity`],
    });
    expect((await readBootLog(container)).map(withoutTime)).toContain(
      "profile=late prior_state=None action=registered",
    );
    const { stdout } = await container.exec("root", ["ls", "/run/hermes-boot"]);
    expect(stdout).not.toMatch(/^(?:ahead|prepared|slots)$/m);
    expect(await readConditions(container)).toEqual({ default: "down", late: "down" });
  });

  // From before it says a word to after its end.
  test.concurrent.each([0, 30, 60, 100])(
    "is done all the same where the process that does it is killed after %i ms",
    async (milliseconds) => {
      await using volume = await createVolume();
      await onVolumeAsHermes(volume, profileScript({ coder: "running", idle: "stopped" }));
      const seconds = (milliseconds / 1000).toFixed(3);
      const kill = `i=0
while [ "$i" -lt 3000 ]; do
  for file in /proc/[0-9]*/cmdline; do
    if tr "\\0" " " <"$file" 2>/dev/null | grep -q "^/usr/local/bin/hermes-boot prepare "; then
      pid=\${file#/proc/}
      sleep ${seconds}
      kill -KILL "\${pid%/cmdline}"
      exit
    fi
  done
  i=$((i + 1))
done`;
      await using container = await bootContainer({
        volumes: [`${volume.name}:/opt/data`],
        flags: ["--entrypoint=/bin/sh"],
        args: ["-c", `sh -c '${kill}' >/dev/null 2>&1 & exec ${ENTRY} sleep infinity`],
      });
      await waitUntilReady(container, ["coder"]);
      expect(await readConditions(container)).toEqual({
        default: "down",
        coder: "ready",
        idle: "down",
      });
      expect(await ownerAndMode(container, "/opt/data/SOUL.md")).toBe("hermes:hermes 644");
    },
  );
});
