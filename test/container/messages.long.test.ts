import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Container } from "./harness/container.ts";
import { bootContainer } from "./support/booted.ts";
import { expectRefusal } from "./support/messages.ts";

const STRANGER = "1234:1234";
let container: Container;

beforeAll(async () => {
  container = await bootContainer();
  await container.execOk("hermes", ["hermes", "profile", "create", "coder"]);
  for (const name of ["closed-down", "closed-up"]) {
    await container.execOk("hermes", ["hermes", "profile", "create", name]);
  }
  await container.execOk("hermes", ["hermes", "-p", "closed-up", "gateway", "start"]);
  for (const name of ["closed-down", "closed-up"]) {
    const control = `/run/service/gateway-${name}/supervise/control`;
    // Not by mode 0600: that of a gateway which only root may control.
    await container.execOk("root", ["chgrp", "root", control]);
  }
});
afterAll(async () => {
  await container.remove();
});

const NO_SUCH_GATEWAY =
  "✗ no such gateway 'typo': register it with `hermes profile create typo` first, or pass an existing profile name via `-p <name>`";

test.each(["hermes", "root"])("gateway start of a typo as %s is one line", async (user) => {
  for (const verb of ["start", "stop", "restart"]) {
    const result = await container.exec(user, ["hermes", "-p", "typo", "gateway", verb]);
    expect(result).toMatchObject({ code: 4, stdout: "", stderr: `${NO_SUCH_GATEWAY}\n` });
  }
});

test.each([
  ["start", "closed-down"],
  ["stop", "closed-up"],
  ["restart", "closed-up"],
])("gateway %s on the control FIFO of %s, without permission, is one line", async (verb, name) => {
  const result = await container.exec("hermes", ["hermes", "-p", name, "gateway", verb]);
  expect(result.stderr).toMatch(
    new RegExp(
      `^✗ s6-svc ${verb} on 'gateway-${name}' failed \\(rc=\\d+\\): s6-svc: .*[Pp]ermission denied\\n$`,
    ),
  );
  expect(result).toMatchObject({ code: 1, stdout: "" });
});

test.each([
  [["-p", "coder", "gateway", "start"]],
  [["-p", "coder", "gateway", "stop"]],
  [["-p", "coder", "gateway", "restart"]],
  [["profile", "create", "new"]],
  [["profile", "delete", "coder", "-y"]],
])(
  "hermes %j as a uid that the container does not know is refused, and does nothing",
  async (words) => {
    const profiles = async () => container.execOk("hermes", ["ls", "/opt/data/profiles"]);
    const before = await profiles();
    const result = await container.exec(STRANGER, ["hermes", ...words]);
    expectRefusal(result, 1, /^✗ Cannot work as uid \d+: \/opt\/data belongs to hermes /);
    expect(await profiles()).toBe(before);
  },
);

test.each([
  [["profile", "create", "Not A Name"], 2, /^✗ Invalid profile name 'Not A Name': /],
  [["profile", "create", "../x"], 2, /^✗ Invalid profile name '\.\.\/x': /],
  [["profile", "create", "x".repeat(300)], 2, /^✗ Invalid profile name 'x{77}\.\.\.': /],
  [["profile", "create", "sudo"], 2, /^✗ Invalid profile name 'sudo': /],
  [["profile", "create", "default"], 1, /^✗ Cannot create profile 'default': /],
  [["profile", "delete", "typo", "-y"], 4, /^✗ Cannot delete profile 'typo': no such profile$/],
  [["gateway", "start", "--all"], 2, /^✗ Cannot start all gateways at once/],
  [["gateway", "stopp"], 2, /^✗ Unknown command 'gateway stopp'; did you mean 'stop'\?$/],
  [["gateway", "start", "--nonsense"], 2, /^✗ Unknown flag '--nonsense'$/],
  [["gateway", "start", "extra"], 2, /^✗ Unexpected argument 'extra'$/],
  [["-p"], 2, /^✗ Flag '-p' needs a value$/],
  [["-p", "..", "status"], 2, /^✗ Invalid profile name '\.\.': /],
] as const)("hermes %j is refused in one sentence", async (words, code, sentence) => {
  expectRefusal(await container.exec("hermes", ["hermes", ...words]), code, sentence);
});
