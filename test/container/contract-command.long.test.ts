import { describe, expect, test } from "bun:test";
import { runContainer } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { bootContainer } from "./support/booted.ts";
import { linesOf } from "./support/messages.ts";
import { listProcesses } from "./support/processes.ts";
import { listRootOwned, onVolumeAsHermes } from "./support/volume-content.ts";

/** What `docker run <image> …` runs, by its exit code, its output and how its stdout begins. */
const ROWS = [
  { args: [], code: 0, stdout: /^Usage: hermes COMMAND$/m },
  { args: ["version"], code: 0, stdout: /^hermes \d/ },
  { args: ["--version"], code: 0, stdout: /^hermes \d/ },
  { args: ["hermes", "version"], code: 0, stdout: /^hermes \d/ },
  { args: ["profile", "list", "--names"], code: 0, stdout: /^default\n$/ },
  { args: ["gateway"], code: 2, stdout: /^$/ },
  { args: ["-p", "typo", "gateway", "start"], code: 4, stdout: /^$/ },
  { args: ["bash", "-c", "echo $BASH_VERSION"], code: 0, stdout: /^\d/ },
  { args: ["/bin/sh", "-c", "exit 42"], code: 42, stdout: /^$/ },
  { args: ["true"], code: 0, stdout: /^$/ },
  { args: ["false"], code: 1, stdout: /^$/ },
  { args: ["sh", "-c", "kill -HUP $$"], code: 129, stdout: /^$/ },
  { args: ["sh", "-c", "kill -INT $$"], code: 130, stdout: /^$/ },
  { args: ["sh", "-c", "kill -PIPE $$"], code: 141, stdout: /^$/ },
  { args: ["nonsense"], code: 2, stdout: /^$/ },
  { args: ["/no/such/program"], code: 2, stdout: /^$/ },
  { args: ["/etc"], code: 2, stdout: /^$/ },
  { args: [""], code: 2, stdout: /^$/ },
] as const;

describe("docker run", () => {
  test.concurrent.each(ROWS)("$args ends with $code", async ({ args, code, stdout }) => {
    const result = await runContainer({ args });
    expect(result.code).toBe(code);
    expect(result.stdout).toMatch(stdout);
    expect(result.stderr).not.toContain("    at ");
    // What cannot be done is said by hermes, in its own words.
    const complaints = linesOf(result.stderr, /^✗ /);
    expect(complaints).toHaveLength(code === 2 || args[0] === "-p" ? 1 : 0);
  });

  test.concurrent("runs the command with nothing of ours in between", async () => {
    await using container = await bootContainer({ args: ["sh", "-c", "sleep 1000; true"] });
    const processes = await listProcesses(container);
    const shell = processes.find(
      ({ args }) => args.join(" ") === "/usr/bin/sh -c sleep 1000; true",
    );
    expect(shell?.uid).toBe(10_000);
    const parent = processes.find(({ pid }) => pid === shell?.parent);
    expect(parent?.args.join(" ")).toMatch(/rc\.init|plain\/boot/);
    expect(await listRootOwned(container)).toEqual([]);
  });

  test.concurrent.each([["/"], ["/tmp"], ["/opt/data"]])("keeps -w %s", async (directory) => {
    const result = await runContainer({ flags: [`--workdir=${directory}`], args: ["pwd"] });
    expect(result).toMatchObject({ code: 0, stdout: `${directory}\n` });
  });

  test.concurrent.each([[[]], [["--init"]], [["--user=10000:10000"]]])(
    "keeps -w with spaces in its name, with %j",
    async (flags) => {
      await using volume = await createVolume();
      await onVolumeAsHermes(volume, "mkdir -p 'a  b/ c'");
      const result = await runContainer({
        flags: [...flags, "--workdir=/opt/data/a  b/ c"],
        volumes: [`${volume.name}:/opt/data`],
        args: ["pwd"],
      });
      expect(result).toMatchObject({ code: 0, stdout: "/opt/data/a  b/ c\n" });
    },
  );

  test.concurrent.each([
    ["/opt/data", "only hermes may enter"],
    ["/root", "only root may enter"],
  ])("keeps -w %s, which %s, if root has no DAC_OVERRIDE", async (directory) => {
    const flags = ["--cap-drop=DAC_OVERRIDE", "--cap-drop=DAC_READ_SEARCH"];
    const result = await runContainer({
      flags: [...flags, `--workdir=${directory}`],
      args: ["pwd"],
    });
    expect(result).toMatchObject({ code: 0, stdout: `${directory}\n` });
  });

  test.concurrent("finds a program by its path from -w", async () => {
    const result = await runContainer({ flags: ["--workdir=/usr/bin"], args: ["./id", "-u"] });
    expect(result).toMatchObject({ code: 0, stdout: "10000\n" });
  });

  test.concurrent("refuses a file that hermes may not execute, as shells do", async () => {
    const result = await runContainer({ args: ["/etc/passwd"] });
    expect(result).toMatchObject({ code: 126, stdout: "" });
    expect(linesOf(result.stderr, /^✗ /)).toEqual([
      "✗ Cannot run '/etc/passwd': user hermes may not execute it",
    ]);
  });

  test.concurrent.each(["", "/nonexistent", ":", "/usr/bin", "relative"])(
    "makes PATH=%j whole",
    async (path) => {
      const env = { PATH: path };
      for (const args of [
        ["hermes", "version"],
        ["sh", "-c", "hermes version"],
      ]) {
        const result = await runContainer({ env, args });
        expect(result.code).toBe(0);
        expect(result.stdout).toMatch(/^hermes \d/);
        expect(result.stderr).not.toMatch(/not found|✗/);
      }
    },
  );

  test.concurrent("has stdout and stderr apart, and to the last byte", async () => {
    const script = "seq 100000; seq 5 >&2; exit 3";
    const { code, stdout, stderr } = await runContainer({ args: ["sh", "-c", script] });
    expect(code).toBe(3);
    expect(stdout.split("\n")).toHaveLength(100_001);
    expect(linesOf(stderr, /^\d$/)).toEqual(["1", "2", "3", "4", "5"]);
  });

  test.concurrent("does not wait for what the command left behind", async () => {
    const args = ["sh", "-c", "sleep 1000 & echo left"];
    const { code, stdout, milliseconds } = await runContainer({ args });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "left\n" });
    expect(milliseconds).toBeLessThan(20_000);
  });
});
