import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Container } from "../container/harness/container.ts";
import { bootContainer } from "../container/support/booted.ts";
import { readGateway } from "../container/support/status.ts";

const VENV = "/opt/hermes/.venv";

let container: Container;
beforeAll(async () => {
  container = await bootContainer();
}, 120_000);
afterAll(() => container.remove());

const hermes = (...words: readonly string[]) => container.exec("hermes", ["hermes", ...words]);

test("the image has the agent of PyPI, which root owns and hermes cannot change", async () => {
  const version = await container.execOk("hermes", [`${VENV}/bin/hermes`, "--version"]);
  expect(version).toContain("Hermes Agent v0.19.0");
  const others = await container.execOk("root", ["find", VENV, "!", "-user", "root"]);
  expect(others).toBe("");
  const writable = await container.execOk("hermes", ["find", VENV, "!", "-type", "l", "-writable"]);
  expect(writable).toBe("");
});

test("hermes update explains how an image is updated", async () => {
  const { code, stdout } = await hermes("update");
  expect(stdout).toContain("doesn't apply inside the Docker container");
  expect(code).toBe(1);
});

test("hermes-boot conform finds nothing in the agent's gateway", async () => {
  const argv = ["hermes-boot", "conform", `${VENV}/bin/hermes`, "--wait", "120"];
  const { code, stdout } = await container.exec("hermes", argv, { limit: 280_000 });
  expect(stdout).not.toContain("✗");
  expect(code).toBe(0);
}, 300_000);

test("hermes gateway start waits for the agent, and stop ends it", async () => {
  expect(await hermes("profile", "create", "coder")).toMatchObject({ code: 0 });
  expect(await hermes("-p", "coder", "gateway", "start")).toMatchObject({ code: 0 });
  expect(await readGateway(container, "coder")).toMatchObject({
    state: "ready",
    reportedState: "running",
  });
  expect(await hermes("-p", "coder", "gateway", "stop")).toMatchObject({ code: 0 });
  // The agent was told that an operator stops it: else it exits with 1, and says that it runs.
  expect(await readGateway(container, "coder")).toMatchObject({
    state: "down",
    reportedState: "stopped",
    lastExit: { meaning: "stopped", code: 0 },
  });
});

test("hermes doctor finds no problem beside the agent", async () => {
  const { code, stdout } = await hermes("doctor");
  expect(stdout).not.toContain("✗");
  expect(code).toBe(0);
});
