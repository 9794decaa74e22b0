import { expect, test } from "bun:test";
import { readAgentConfig } from "../../../src/agent/config.ts";
import { refuseModelValue, writeModelSettings } from "../../../src/agent/write-config.ts";
import { FakeHost } from "../../support/fake-host.ts";

const PATH = "/vol/config.yaml";

function volume(text: string | null, mode = 0o644): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/vol", { uid: 10_000 });
  if (text !== null) host.disk.putFile(PATH, text, { mode });
  return host;
}

const ALL = { base_url: "http://one.test/v1", name: "4.10", api_key: "sk-1" };

test("writeModelSettings() writes values that are read back as they were", async () => {
  const host = volume(null);
  expect(writeModelSettings(host, "/vol", ALL)).toBe(PATH);
  const { model } = await readAgentConfig(host, "/vol");
  expect(model).toMatchObject({ baseUrl: ALL.base_url, name: "4.10", apiKey: "sk-1" });
});

test("writeModelSettings() changes the target of a link, and keeps the link and the mode", () => {
  const host = volume(null);
  host.disk.putFile("/dotfiles/config.yaml", "model:\n  name: old\n", { mode: 0o640 });
  host.disk.putLink(PATH, "/dotfiles/config.yaml");
  expect(writeModelSettings(host, "/vol", { name: "new" })).toBe(PATH);
  expect(host.disk.text("/dotfiles/config.yaml")).toBe("model:\n  name: new\n");
  expect(host.files.readStatus("/dotfiles/config.yaml")?.mode).toBe(0o640);
  expect(host.files.readStatus(PATH)?.kind).toBe("link");
});

test("writeModelSettings() keeps comments, order and keys that it does not know", () => {
  const before = `# mine
other: [1, 2]
model:
  name: old # the model
  temperature: 0.5
  base_url: http://old.test/v1
gateway:
  port: 8080
`;
  const host = volume(before);
  writeModelSettings(host, "/vol", { name: "new" });
  expect(host.disk.text(PATH)).toBe(
    before.replace("name: old", "name: new").replace("[1, 2]", "[ 1, 2 ]"),
  );
});

test("writeModelSettings() writes into empty files", () => {
  for (const text of ["", "# a comment\n", "model:\n", "null\n", "gateway: {}\n"]) {
    const host = volume(text);
    writeModelSettings(host, "/vol", { name: "n" });
    expect(host.disk.text(PATH)).toContain("name: n\n");
    if (text.startsWith("#")) expect(host.disk.text(PATH)).toContain("# a comment");
  }
});

test("writeModelSettings() changes the value of an alias in its own place only", () => {
  const host = volume("base: &m\n  name: old\nmodel: *m\nother: *m\n");
  writeModelSettings(host, "/vol", { name: "new" });
  expect(host.disk.text(PATH)).toBe("base: &m\n  name: old\nmodel:\n  name: new\nother: *m\n");
});

const mode = (host: FakeHost) => host.files.readStatus(PATH)?.mode;

test("writeModelSettings() lets only the owner read a file with a key in it", () => {
  const open = volume("model:\n  name: x\n", 0o644);
  writeModelSettings(open, "/vol", { name: "y", api_key: "${OPENAI_API_KEY}" });
  expect(mode(open)).toBe(0o644);
  writeModelSettings(open, "/vol", { api_key: "sk-1" });
  expect(mode(open)).toBe(0o600);
  const token = volume("gateway:\n  token: 0123456789abcdef\n", 0o644);
  writeModelSettings(token, "/vol", { name: "y" });
  expect(mode(token)).toBe(0o600);
});

test("writeModelSettings() removes a key", () => {
  const host = volume("model:\n  name: x\n  api_key: sk-1\n");
  writeModelSettings(host, "/vol", { api_key: null });
  expect(host.disk.text(PATH)).toBe("model:\n  name: x\n");
});

test("writeModelSettings() escapes '${' in a key, and keeps a reference to a variable", async () => {
  const host = volume(null);
  writeModelSettings(host, "/vol", { ...ALL, api_key: "a${b" });
  expect((await readAgentConfig(host, "/vol")).model?.apiKey).toBe("a${b");
  host.environment["SOME_KEY"] = "from the environment";
  writeModelSettings(host, "/vol", { api_key: "${SOME_KEY}" });
  expect((await readAgentConfig(host, "/vol")).model?.apiKey).toBe("from the environment");
});

test("writeModelSettings() leaves a file alone that it cannot parse, and quotes nothing of it", () => {
  for (const text of [
    "model: [sk-1\n",
    "model: sk-1\n",
    "- sk-1\n",
    "sk-1\n",
    "model:\n  name: a\n  name: sk-1\n",
  ]) {
    const host = volume(text);
    let message = "";
    try {
      writeModelSettings(host, "/vol", ALL);
    } catch (error) {
      message = error instanceof Error ? error.message : "";
      expect(error).toMatchObject({ exitCode: 78 });
    }
    expect(message).toStartWith(`Cannot change ${PATH}: `);
    expect(message).not.toContain("sk-1");
    expect(host.disk.text(PATH)).toBe(text);
  }
});

test("writeModelSettings() as root leaves the file to the profile's owner", () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory("/vol", { uid: 10_000, gid: 10_000 });
  writeModelSettings(host, "/vol", ALL);
  expect(host.files.readStatus(PATH)).toMatchObject({ uid: 10_000, gid: 10_000, mode: 0o600 });
});

test("refuseModelValue() returns the rule that a value breaks", () => {
  expect(refuseModelValue("base_url", "http://one.test/v1")).toBeNull();
  expect(refuseModelValue("base_url", "one.test")).toMatch(/^must be an address/);
  expect(refuseModelValue("api_key", "käse")).toMatch(/^must consist of plain ASCII/);
  expect(refuseModelValue("name", "a\nb")).toMatch(/^must be one line/);
});
