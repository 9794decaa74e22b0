import { expect, test } from "bun:test";
import { readAgentConfig, requireModel } from "../../../src/agent/config.ts";
import { FakeHost } from "../../support/fake-host.ts";

const PROFILE = "/vol/profiles/coder";
const PATH = `${PROFILE}/config.yaml`;

interface Files {
  readonly config?: string;
  readonly env?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

function machine({ config, env, environment = {} }: Files): FakeHost {
  const host = new FakeHost({ environment });
  if (config !== undefined) host.disk.putFile(PATH, config);
  if (env !== undefined) host.disk.putFile(`${PROFILE}/.env`, env);
  return host;
}

const read = (files: Files) => readAgentConfig(machine(files), PROFILE);

/** The message with which a configuration is refused; it always means exit code 78. */
async function refusal(files: Files): Promise<string> {
  const error: unknown = await read(files).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: "configuration", exitCode: 78 });
  return error instanceof Error ? error.message : "";
}

const FULL = `# The model
model:
  base_url: https://models.example/v1/
  name: 4.10
  api_key: \${KEY}
  timeout: 20
gateway:
  host: 0.0.0.0
  port: 8642
  token: "0123456789abcdef"
`;

test("readAgentConfig() reads every key, as it is written", async () => {
  expect(await read({ config: FULL, env: "KEY=sk-1\n" })).toEqual({
    path: PATH,
    model: {
      baseUrl: "https://models.example/v1",
      name: "4.10",
      apiKey: "sk-1",
      timeoutMs: 20_000,
    },
    missing: [],
    gateway: { host: "0.0.0.0", port: 8642, token: "0123456789abcdef" },
    warnings: [],
  });
});

test.each([undefined, "", "# nothing\n", "model:\ngateway:\n", "model: {name: ''}"])(
  "readAgentConfig() of %j has no model and listens on no port",
  async (config) => {
    expect(await read(config === undefined ? {} : { config })).toEqual({
      path: PATH,
      model: null,
      missing: ["model.base_url", "model.name"],
      gateway: { host: "127.0.0.1", port: null, token: null },
      warnings: [],
    });
  },
);

test("readAgentConfig() prefers the profile's .env to the environment", async () => {
  const config = "model: {base_url: 'http://a', name: '${NAME}', api_key: '${KEY}'}";
  const environment = { KEY: "from-environment", NAME: "n" };
  expect(await read({ config, environment })).toMatchObject({
    model: { name: "n", apiKey: "from-environment" },
  });
  expect(await read({ config, environment, env: "KEY=from-file" })).toMatchObject({
    model: { name: "n", apiKey: "from-file" },
  });
});

test("readAgentConfig() takes the port from the file only", async () => {
  const environment = { API_SERVER_PORT: "1", PORT: "2", HERMES_GATEWAY_PORT: "3" };
  expect((await read({ config: "gateway: {}", environment })).gateway.port).toBeNull();
  expect((await read({ config: "gateway: {port: '${PORT}'}", environment })).gateway.port).toBe(2);
});

test("readAgentConfig() takes an empty key for none", async () => {
  const config = "model: {base_url: 'http://a/v1', name: x, api_key: '${KEY}'}";
  expect((await read({ config, environment: { KEY: "" } })).model?.apiKey).toBeNull();
});

test("readAgentConfig() warns about unknown keys with their line", async () => {
  const config = "modle: {}\nmodel:\n  name: x\n  tempreature: 1\ngateway:\n  listen: 1\n";
  expect((await read({ config })).warnings).toEqual([
    `${PATH}, line 1: unknown key 'modle'`,
    `${PATH}, line 4: unknown key 'model.tempreature'`,
    `${PATH}, line 6: unknown key 'gateway.listen'`,
  ]);
});

test("readAgentConfig() warns about lines of .env that set nothing, and shows none of them", async () => {
  const { warnings } = await read({ env: "A=1\nsk-secret\n" });
  expect(warnings).toEqual([`${PROFILE}/.env, line 2: not NAME=value, left out`]);
});

test.each([
  ["model: [1", "line 1: the indentation is wrong"],
  ["model:\n\tname: x", "line 2: tabs cannot be used as indentation"],
  ["model:\n  name: x\n  name: y", "line 3: a key occurs twice"],
  ["gateway: {}\nmodel:\n  name: *no", "line 3: an alias of nothing"],
  ["- model", "line 1: the file must be a section of keys"],
  ["gateway: {}\nmodel: gpt", "line 2: model must be a section of keys"],
  ["model:\n  name: [a]", "line 2: model.name must be one value"],
  ["a: 1\n---\nb: 1", "line 2: there is more than one document"],
  ["gateway:\n  port: 0", "line 2: gateway.port must be a port, a number from 1 to 65535"],
  ["gateway:\n  port: http", "line 2: gateway.port must be a port, a number from 1 to 65535"],
  [
    "gateway:\n  host: http://x",
    "line 2: gateway.host must be an address or a host's name, without a port",
  ],
  [
    "gateway:\n  token: short",
    "line 2: gateway.token must have at least 16 characters and no spaces",
  ],
  [
    "model:\n  base_url: localhost:11434/v1",
    "line 2: model.base_url must be an address that begins with http:// or https://",
  ],
  [
    "model:\n  base_url: http://model:114340/v1",
    "line 2: model.base_url is not an address: its host or port is invalid",
  ],
  [
    "model:\n  base_url: https://me:sk-secret@x/v1",
    "line 2: model.base_url must not have a password in it: put it into model.api_key",
  ],
  [
    "model:\n  base_url: https://x/v1/chat/completions",
    "line 2: model.base_url must end before /chat/completions, usually with /v1",
  ],
  [
    "model:\n  base_url: https://x/v1?a=b",
    "line 2: model.base_url must not have a '?' or a '#' in it",
  ],
  [
    'model:\n  api_key: "sk-sec\\nret"',
    "line 2: model.api_key must be one line without control characters",
  ],
  ["model:\n  timeout: 0", "line 2: model.timeout must be a number of seconds from 1 to 3600"],
  ["model:\n\n  api_key: ${NO}", "line 3: model.api_key needs the variable NO, which is not set"],
])("readAgentConfig() refuses %j: %s", async (config, reason) => {
  expect(await refusal({ config })).toBe(`Cannot use ${PATH}: ${reason}`);
});

test.each([
  "model:\n  api_key: sk-secret\n   name: sk-secret",
  "model: {api_key: sk-secret",
  "model: {api_key: 'sk-secret}",
  "model:\n  api_key: [sk-secret]",
  "model:\n  api_key: ${sk-secret",
  "gateway:\n  token: sk-secret",
  "gateway:\n  port: sk-secret",
  "gateway:\n  host: sk-secret/",
  "model:\n  api_key: sk-secret\n sk-secret",
  "%sk-secret\n---\nmodel: !sk-secret [",
])("readAgentConfig() refuses %j without a word of what may be secret", async (config) => {
  expect(await refusal({ config })).not.toContain("secret");
});

test("readAgentConfig() refuses a file that is large or not regular", async () => {
  const link = machine({});
  link.disk.putLink(PATH, "/etc/shadow");
  expect(readAgentConfig(link, PROFILE)).rejects.toThrow(`Cannot use ${PATH}: is a link`);
  const large = machine({});
  large.disk.putFile(PATH, "", { size: 300_000 });
  expect(readAgentConfig(large, PROFILE)).rejects.toThrow("is larger than 262144 bytes");
  const env = machine({ config: "model: {}" });
  env.disk.putFifo(`${PROFILE}/.env`, "absent");
  expect(readAgentConfig(env, PROFILE)).rejects.toThrow(`Cannot use ${PROFILE}/.env: is a fifo`);
});

test("requireModel() names the missing keys and the remedy", async () => {
  const config = await read({ config: "model: {base_url: 'http://a/v1'}" });
  expect(() => requireModel(config)).toThrow(
    expect.objectContaining({
      message: `No model is configured: model.name is missing in ${PATH}`,
      hint: "run `hermes -p coder setup`, or write them into that file",
      exitCode: 78,
    }),
  );
  const full = await read({ config: "model: {base_url: 'http://a/v1', name: x}" });
  expect(requireModel(full)).toEqual({
    baseUrl: "http://a/v1",
    name: "x",
    apiKey: null,
    timeoutMs: 300_000,
  });
});

test("readAgentConfig() names the line of the .env that may have lost a variable", async () => {
  const config = "model: {api_key: '${KEY}'}";
  expect(await refusal({ config, env: 'A=1\nKEY="sk-open\nB=2\n' })).toBe(
    `Cannot use ${PATH}: line 1: model.api_key needs the variable KEY, which is not set; ${PROFILE}/.env, line 2: not NAME=value, left out`,
  );
});

test.each([
  ["${KEY}", `write KEY=… into ${PROFILE}/.env, or set it in the environment`],
  ["${KEY:-x}", "correct the file, then try again"],
])("readAgentConfig() says what to do about %j", (text, hint) => {
  const reading = read({ config: `model: {api_key: '${text}'}` });
  expect(reading).rejects.toThrow(expect.objectContaining({ hint }));
});

test("readAgentConfig() refuses UTF-16", async () => {
  const config = "model:\n  name: x\n".replaceAll(/[^]/g, "$&\0");
  expect(await refusal({ config })).toBe(`Cannot use ${PATH}: it is not text in UTF-8`);
  expect(await refusal({ env: "K\0=\0" })).toBe(
    `Cannot use ${PROFILE}/.env: it is not text in UTF-8`,
  );
});

test("readAgentConfig() shows how to write a key that has its section in its name", async () => {
  const { warnings } = await read({ config: "model.name: x\nmodel.nome: y\n" });
  expect(warnings).toEqual([
    `${PATH}, line 1: unknown key 'model.name'; write 'name:' below 'model:', indented`,
    `${PATH}, line 2: unknown key 'model.nome'`,
  ]);
});
