import { expect, test } from "bun:test";
import { holdsSecret } from "../../../src/agent/secret-keys.ts";

test.each([
  "model:\n  api_key: sk-12345678\n",
  "model: {api-key: abc}",
  "gateway:\n  token: 123456\n",
  "platforms:\n  - telegram:\n      bot_token: x\n",
  "mcp:\n  env:\n    GITHUB_TOKEN: ghp_1\n",
  "a: &k secret\nmodel:\n  api_key: *k\n",
  "PASSWORD: x",
])("holdsSecret() finds the key in %j", (text) => {
  expect(holdsSecret(text)).toBe(true);
});

test.each([
  "",
  "model:\n  api_key: ${KEY}\n",
  "model:\n  api_key: $KEY\n",
  "model:\n  api_key:\n",
  "model:\n  api_key: ''\n",
  "model:\n  max_tokens: 4096\n  use_token: true\n",
  "model:\n  name: api_key\n",
  "model: [",
])("holdsSecret() finds none in %j", (text) => {
  expect(holdsSecret(text)).toBe(false);
});
