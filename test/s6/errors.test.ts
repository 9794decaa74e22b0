import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/program.ts";
import { giveTo, useTree } from "../support/s6-tree.ts";
import { QUICK_MS } from "../support/quick.ts";

const tree = useTree();
const NOBODY = 65_534;

const asNobody = (...words: readonly string[]) =>
  tree().run([join(tree().bin, "hermes"), ...words], { uid: NOBODY });

test("hermes -p typo gateway start|stop|restart gives exactly the contract's line", async () => {
  for (const verb of ["start", "stop", "restart"]) {
    const { code, stdout, stderr } = await tree().hermes("-p", "typo", "gateway", verb);
    expect({ code, stdout, stderr }).toEqual({
      code: 4,
      stdout: "",
      stderr:
        "✗ no such gateway 'typo': register it with `hermes profile create typo` first, or pass an existing profile name via `-p <name>`\n",
    });
  }
});

test("hermes gateway start and stop say in one line that the control FIFO is not permitted", async () => {
  await tree().hermes("profile", "create", "guarded");
  expect((await tree().hermes("-p", "guarded", "gateway", "start")).code).toBe(0);
  chmodSync(join(tree().slot("guarded"), "supervise"), 0o755);
  chmodSync(join(tree().slot("guarded"), "supervise/control"), 0o620);
  giveTo(NOBODY, join(tree().directory, "xdg/hermes"));
  for (const verb of ["start", "stop"]) {
    const { code, stdout, stderr } = await asNobody("-p", "guarded", "gateway", verb);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(
        `^✗ s6-svc ${verb} on 'gateway-guarded' failed \\(rc=111\\): s6-svc: fatal: .*Permission denied\\n$`,
      ),
    );
  }
  // Root locks a file in another user's directory only on the file system of /run.
  giveTo(0, join(tree().directory, "xdg/hermes"));
  expect(await tree().status("guarded")).toMatchObject({ up: true, ready: true });
});

test("hermes gateway start says in one line that it may not even look", async () => {
  await tree().hermes("profile", "create", "closed");
  chmodSync(join(tree().slot("closed"), "supervise"), 0o700);
  const { code, stderr } = await asNobody("-p", "closed", "gateway", "start");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^✗ s6-\w+ .*on 'gateway-closed' failed \(rc=\d+\): .*denied\n$/);
});

test("hermes gateway start says why a gateway did not get ready, and how to read its log", async () => {
  await tree().hermes("profile", "create", "broken");
  for (const [status, words] of [
    ["exit 78", "it cannot run with this configuration (exit code 78)"],
    ["exit 0", "it finished on purpose (exit code 0)"],
  ] as const) {
    writeFileSync(join(tree().slot("broken"), "run"), `#!/bin/sh\n${status}\n`);
    const { code, stderr, milliseconds } = await tree().hermes("-p", "broken", "gateway", "start");
    expect(code).toBe(1);
    expect(stderr).toBe(
      `✗ Cannot start 'gateway-broken': ${words}\n  Hint: read the end of its log: \`hermes -p broken gateway logs\`\n`,
    );
    expect(milliseconds).toBeLessThan(QUICK_MS);
    expect(await tree().status("broken")).toMatchObject({ up: false, wantedUp: false });
  }
});

test.each([
  [["profile", "create", "a b"], 2, "✗ Invalid profile name 'a b': names are"],
  [["profile", "create", "x".repeat(300)], 2, "✗ Invalid profile name 'xxx"],
  [["profile", "create", "../x"], 2, "✗ Invalid profile name '../x'"],
  [["profile", "create", "a\nb"], 2, "✗ Invalid profile name 'a\\nb'"],
  [["profile", "create", "root"], 2, "✗ Invalid profile name 'root': 'root' is reserved"],
  [["profile", "create", "default"], 1, "✗ Cannot create profile 'default'"],
  [["profile", "delete", "default", "-y"], 1, "✗ Cannot delete profile 'default'"],
  [["profile", "delete", "typo", "-y"], 4, "✗ Cannot delete profile 'typo': no such profile"],
  [["-p", "../x", "status"], 2, "✗ Invalid profile name '../x'"],
  [["gateway", "start", "--all"], 2, "✗ Cannot start all gateways at once"],
  [["gateway", "stat"], 2, "✗ Unknown command 'gateway stat'; did you mean 'status'?"],
  [["--frob"], 2, "✗ Unknown flag '--frob'"],
])("hermes %j exits %i with a line that says why", async (words, exitCode, line) => {
  const { code, stdout, stderr } = await tree().hermes(...words);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
  expect(stderr).toStartWith(line);
});

test("hermes profile create takes capitals for lower case", async () => {
  expect((await tree().hermes("profile", "create", " CapiTals ")).stdout).toStartWith(
    "Created profile 'capitals'",
  );
});

test("hermes profile create refuses a name that is taken", async () => {
  mkdirSync(tree().profile("taken"), { recursive: true });
  const { code, stderr } = await tree().hermes("profile", "create", "taken");
  expect(code).toBe(1);
  expect(stderr).toBe(
    `✗ Cannot create profile 'taken': ${tree().profile("taken")} exists already\n  Hint: choose another name, or remove it with \`hermes profile delete taken\`\n`,
  );
});

test("hermes profile delete without a terminal needs -y", async () => {
  await tree().hermes("profile", "create", "kept");
  const { code, stderr } = await tree().hermes("profile", "delete", "kept");
  expect(code).toBe(1);
  expect(stderr).toStartWith("✗ Cannot ask whether to delete profile 'kept': no terminal\n");
  expect(await tree().status("kept")).not.toBeNull();
});

test("hermes says that it finds no s6 programs", async () => {
  const { code, stderr } = await tree().run([join(tree().bin, "hermes"), "gateway", "start"], {
    env: { PATH: "/nowhere" },
  });
  expect(code).toBe(1);
  expect(stderr).toStartWith("✗ Cannot find s6-");
});

test("hermes ends quietly if the reader of its output went away", async () => {
  const script = '{ sleep 0.1; "$0" --help; echo "rc=$?" >&2; } | true';
  await waitFor("a run in which `true` was faster", async () => {
    const shell = ["/bin/sh", "-c", script];
    const { stderr } = await tree().run([...shell, join(tree().bin, "hermes")]);
    expect(stderr).toMatch(/^rc=\d+\n$/);
    return stderr === "rc=141\n";
  });
});

test("hermes leaves O_NONBLOCK of a shared pipe as it was", async () => {
  // Descriptor 9 is another name of the pipe: the flag belongs to the pipe's end, not to its number.
  const probe = `
    flags() { sed -n 's/^flags:[[:space:]]*//p' /proc/self/fdinfo/9; }
    { exec 9>&1; before=$(flags); "$0" status; "$0" frob 2>&9; echo "$before $(flags)" >&2; } | cat >/dev/null`;
  const { stderr } = await tree().run(["/bin/sh", "-c", probe, join(tree().bin, "hermes")]);
  const [before, after] = stderr.trim().split(" ");
  expect(before).toMatch(/^0[0-7]+$/);
  expect(after).toBe(before ?? "");
});
