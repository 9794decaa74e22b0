import { expect, test } from "bun:test";
import { createNoServiceManager } from "../../../../src/services/none/manager.ts";
import type { ProfileName } from "../../../../src/profiles/name.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");

test("NoServiceManager refuses every change with a typed error and a next step", () => {
  const manager = createNoServiceManager();
  const acts = [
    manager.publish,
    manager.remove,
    manager.down,
    (name: ProfileName) => manager.cycle(name, 77),
    (name: ProfileName) =>
      manager.up(name, {
        limitMs: 0,
        readLog: "",
        readFailure: () => null,
        wasStopped: () => null,
      }),
    manager.settle,
    manager.endUnsupervised,
  ];
  for (const act of acts) {
    expect(act(CODER)).rejects.toThrow(
      expect.objectContaining({
        code: "unsupported",
        hint: "run the gateway in the foreground with `hermes gateway run`",
      }),
    );
    expect(act(CODER)).rejects.toThrow(
      /^Cannot \w+ gateway 'coder': no service manager runs here$/,
    );
  }
});

test("NoServiceManager knows no gateway", async () => {
  const manager = createNoServiceManager();
  expect(manager.supportsRuntimeRegistration()).toBe(false);
  expect(manager.list()).toEqual([]);
  expect(await manager.status(CODER)).toBeNull();
  expect(() => manager.requireSupport("act on all gateways")).toThrow("no service manager");
});
