import { expect, test } from "bun:test";
import { createNoServiceManager } from "../../../../src/services/none/manager.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");

test("NoServiceManager refuses every change with a typed error and a next step", () => {
  const manager = createNoServiceManager();
  const acts = [
    manager.start,
    manager.stop,
    manager.restart,
    manager.registerProfileGateway,
    manager.unregisterProfileGateway,
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
  expect(manager.listProfileGateways()).toEqual([]);
  expect(await manager.isRunning(CODER)).toBe(false);
  expect(await manager.readGateway(CODER)).toBeNull();
});
