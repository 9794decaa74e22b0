import { expect, test } from "bun:test";
import { join } from "node:path";
import { runContainer, startContainer } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { linesOf } from "./support/messages.ts";
import { onVolumeAsHermes } from "./support/volume-content.ts";

const SWAP = join(import.meta.dir, "fixtures/swap-when-opened");
/** Files of root's outside the volume, which each have a namesake on it. */
const TARGETS = ["group", "passwd", "shadow"] as const;

const OWNERS = `stat -c %u:%g ${TARGETS.map((name) => `/etc/${name}`).join(" ")}`;

test.each(["profiles", "workspace/project"])(
  "hermes of another container, which swaps %s for a link when root opens it, gets nothing of root's",
  async (directory) => {
    await using volume = await createVolume();
    // What comes before the targets gives the other container the time to do it.
    const before = `for i in $(seq 300); do mkdir ${directory}/a$i; done`;
    const targets = TARGETS.map((name) => `mkdir ${directory}/${name}`).join("\n");
    const script = `mkdir -p ${directory}\n${before}\n${targets}\nln -s /etc evil`;
    await onVolumeAsHermes(volume, script);
    await using other = await startContainer({
      flags: ["--entrypoint=/usr/bin/perl", "--user=10000:10000"],
      volumes: [`${volume.name}:/opt/data`, `${SWAP}:/swap:ro`],
      args: ["/swap", "/opt/data", directory, "evil"],
    });
    const said = async () => (await other.logs()).stdout;
    await waitFor(async () => (await said()).includes("watching"), { what: "the watch" });
    for (let boot = 0; boot < 3; boot += 1) {
      const { stdout } = await runContainer({
        volumes: [`${volume.name}:/opt/data`],
        args: ["sh", "-c", OWNERS],
      });
      expect(linesOf(stdout, /^\d+:\d+$/)).toEqual(["0:0", "0:0", "0:42"]);
    }
    expect(linesOf(await said(), /^swapped$/).length).toBeGreaterThanOrEqual(1);
  },
);
