import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";

const tree = useTree();

const line = (index: number) => `2026-11-20 07:23:05.123456789  line ${index}\n`;

/** The directory of a gateway's log, as this process sees it. */
function logDirectory(name: string): string {
  const directory = join(tree().path(tree().home), "logs/gateways", name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

test("hermes gateway logs shows the last 20 lines of 10 MB at once", async () => {
  tree().addProfile("large");
  const text = Array.from({ length: 240_000 }, (_, index) => line(index)).join("");
  expect(text.length).toBeGreaterThan(10_000_000);
  writeFileSync(join(logDirectory("large"), "current"), text);
  tree().addProfile("small");
  writeFileSync(join(logDirectory("small"), "current"), line(0).repeat(20));
  const times = { large: [] as number[], small: [] as number[] };
  // Beside each other, for the machine may be slow: it is the size that must cost nothing.
  for (let run = 0; run < 4; run += 1) {
    for (const name of ["large", "small"] as const) {
      const { stdout, milliseconds } = await tree().hermes(
        "-p",
        name,
        "gateway",
        "logs",
        "-n",
        "20",
      );
      const lines = stdout.trimEnd().split("\n");
      expect(lines).toHaveLength(20);
      if (name === "large") expect(lines.at(-1)).toEndWith("  line 239999");
      times[name].push(milliseconds);
    }
  }
  expect(Math.min(...times.large) - Math.min(...times.small)).toBeLessThan(500);
});

test("hermes gateway logs -f loses no line and shows none twice over s6-log's rotations", async () => {
  tree().addProfile("busy");
  const directory = logDirectory("busy");
  writeFileSync(join(directory, "current"), "");
  const count = 12_000;
  const argv = tree().enter([
    join(tree().bin, "hermes"),
    "-p",
    "busy",
    "gateway",
    "logs",
    "-f",
    "-n",
    "0",
  ]);
  const reader = Bun.spawn([...argv], { env: { ...tree().env }, stdout: "pipe", stderr: "pipe" });
  const chunks: string[] = [];
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of reader.stdout) chunks.push(decoder.decode(chunk, { stream: true }));
  })();
  // Nothing is written before it has opened the log.
  const isOpen = "ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q 'busy/current$'";
  await waitFor("the reader", async () => (await tree().run(["/bin/sh", "-c", isOpen])).code === 0);
  const script = `i=0; while [ $i -lt ${count} ]; do echo "number $i"; i=$((i+1)); [ $((i % 1000)) -ne 0 ] || sleep 0.2; done | s6-log n10 s40000 t '${tree().home}/logs/gateways/busy'`;
  await tree().run(["/bin/sh", "-c", script]);
  const whole = () => chunks.join("");
  await waitFor("the last line", () => whole().includes(`number ${count - 1}\n`));
  const pid =
    tree()
      .processes()
      .find(({ argv: words }) => words[0]?.endsWith("/hermes") && words.includes("logs"))?.pid ?? 0;
  await tree().signal("INT", pid);
  expect(await reader.exited).toBe(130);
  await reading;
  const numbers = [...whole().matchAll(/number (\d+)\n/g)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index));
  expect(await reader.stderr.text()).toBe("");
}, 120_000);

test("hermes gateway logs ends quietly when its reader has enough", async () => {
  const words = `${tree().bin}/hermes -p large gateway logs -n all | head -n 1`;
  const { stdout, stderr } = await tree().run(["/bin/sh", "-c", words]);
  expect({ lines: stdout.split("\n").length, stderr }).toEqual({ lines: 2, stderr: "" });
});

test("hermes gateway logs shows what a gateway prints, through its real logger", async () => {
  await tree().hermes("profile", "create", "real");
  await tree().hermes("-p", "real", "gateway", "start");
  await waitFor("the log", async () =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\S+ {2}Gateway 'real' runs/m.test(
      (await tree().hermes("-p", "real", "gateway", "logs")).stdout,
    ),
  );
});

test("hermes-boot log leaves out the one line of s6's own that means nothing, and no other", async () => {
  tree().addProfile("quiet");
  const noise = "s6-ftrigrd: fatal: unable to flush asyncout: Broken pipe";
  const kept = [`before ${noise}`, `${noise} after`, "s6-ftrigrd: fatal: something else"];
  const printer = `printf '%s\\n' '${[noise, ...kept].join("' '")}'`;
  const script = `${printer} | '${join(tree().bin, "hermes-boot")}' log quiet`;
  expect(await tree().run(["/bin/sh", "-c", script])).toMatchObject({
    code: 0,
    stdout: `${kept.join("\n")}\n`,
  });
  const written = readFileSync(join(logDirectory("quiet"), "current"), "utf8");
  expect(written.split("\n").map((text) => text.slice(26))).toEqual([...kept, ""]);
});

test("hermes gateway logs shows the times that s6-log writes as s6-tai64nlocal does, and those of earlier versions", async () => {
  tree().addProfile("stamped");
  const directory = logDirectory("stamped");
  writeFileSync(join(directory, "current"), line(0));
  const inside = `${tree().home}/logs/gateways/stamped`;
  const script = `printf 'one\\n two\\n' | s6-log n10 s4096 t '${inside}' && s6-tai64nlocal -g <'${inside}/current'`;
  const { stdout: expected } = await tree().run(["/bin/sh", "-c", script]);
  const local = /^(\S+) (\d\d:\d\d:\d\d\.\d{3})\d{6} /gm;
  const { stdout } = await tree().hermes("-p", "stamped", "gateway", "logs", "--utc");
  expect(stdout.split("\n").slice(1).join("\n")).toBe(expected.replaceAll(local, "$1T$2Z  "));
  expect(stdout).toStartWith("2026-11-20T07:23:05.123Z  line 0\n");
  expect(stdout).toMatch(/Z {2}one\n\S+Z {3}two\n$/);
});
