import { expect, test } from "bun:test";
import type { ModelSettings } from "../../../src/agent/config-values.ts";
import {
  modelErrorOfFailure,
  modelErrorOfRefusal,
  sayingOf,
  type Refusal,
} from "../../../src/agent/model-error.ts";
import { HttpFailure, type HttpFailureKind } from "../../../src/host/http-client.ts";

const MODEL: ModelSettings = {
  baseUrl: "http://model/v1",
  name: "m",
  apiKey: "sk-1",
  timeoutMs: 2000,
};

const failed = (kind: HttpFailureKind, reason: string | null = null, baseUrl = MODEL.baseUrl) =>
  modelErrorOfFailure({ ...MODEL, baseUrl }, new HttpFailure(kind, reason));

test.each([
  ["no-connection", "ECONNREFUSED", "unreachable", "no server listens there"],
  ["no-connection", "EHOSTUNREACH", "unreachable", "there is no way to that host"],
  ["no-connection", "ETIMEDOUT", "unreachable", "no connection could be made in time"],
  ["no-connection", "EODD", "unreachable", "EODD"],
  ["unknown-host", "ENOTFOUND", "unreachable", "there is no host of that name"],
  ["invalid", null, "unreachable", "this is not an address"],
  ["certificate", "CERT_HAS_EXPIRED", "untrusted", "its certificate is refused (CERT_HAS_EXPIRED)"],
  ["silent", null, "silent", "it said nothing for 2 s"],
  ["broken", "ECONNRESET", "broken", "it hung up"],
  ["broken", "ResponseHeadersTooLarge", "broken", "the head of its answer is too long"],
  ["broken", "inflate failed", "broken", "it is compressed, and cannot be unpacked"],
  ["no-descriptor", "EMFILE", "unreachable", "too many files and connections are open here"],
] as const)("modelErrorOfFailure() says what %s (%s) means", (kind, reason, word, why) => {
  const error = failed(kind, reason);
  expect(error.kind).toBe(word);
  expect(error.message).toMatch(/^Cannot .* http:\/\/model\/v1: /);
  expect(error.message).toEndWith(why);
  expect(error.hint).toBeTruthy();
  expect(error.exitCode).toBe(1);
});

test("modelErrorOfFailure() names the variable of a proxy that may have been asked", () => {
  const failure = new HttpFailure("no-connection", "ECONNREFUSED");
  failure.proxy = "HTTP_PROXY";
  expect(modelErrorOfFailure(MODEL, failure).hint).toEndWith(
    "; HTTP_PROXY is set: put the server's host into NO_PROXY if it needs no proxy",
  );
});

test("modelErrorOfRefusal() names the variable of a proxy that may have answered", () => {
  const refusal = { status: 503, proxy: "http_proxy" };
  expect(refused({ ...refusal, text: "<html>" }).hint).toEndWith(
    "; http_proxy is set: put the server's host into NO_PROXY if it needs no proxy",
  );
  const said = refused({ ...refusal, text: '{"error": "loading"}' });
  expect(said.hint).not.toContain("http_proxy");
});

test("modelErrorOfFailure() explains an address of this machine in a container", () => {
  for (const baseUrl of ["http://127.0.0.1:1/v1", "http://localhost/v1", "http://[::1]:1/v1"]) {
    expect(failed("no-connection", "ECONNREFUSED", baseUrl).hint).toContain("the container itself");
  }
  expect(failed("no-connection", "ECONNREFUSED").hint).not.toContain("container");
});

const refused = (more: Partial<Refusal>) =>
  modelErrorOfRefusal(MODEL, { status: 500, text: "", ...NOTHING, ...more });

const NOTHING = { location: null, retryAfter: null, proxy: null } as const;

test.each([
  [301, "not-an-api"],
  [400, "request"],
  [401, "key"],
  [403, "key"],
  [404, "not-an-api"],
  [405, "not-an-api"],
  [413, "request"],
  [422, "request"],
  [429, "busy"],
  [500, "server"],
  [529, "server"],
] as const)("modelErrorOfRefusal() takes %i for %p", (status, kind) => {
  const error = refused({ status });
  expect(error.kind).toBe(kind);
  expect(error.status).toBe(status);
  expect(error.message).toContain(`(${status})`);
});

test("modelErrorOfRefusal() tells an unknown model from a wrong address", () => {
  const kindOf = (text: string) => refused({ status: 404, text }).kind;
  expect(kindOf('{"error": {"message": "no such model"}}')).toBe("no-such-model");
  expect(kindOf('{"error": {"message": "No endpoints found for m"}}')).toBe("no-such-model");
  expect(kindOf("<html>")).toBe("not-an-api");
  const { kind, message, hint } = refused({ status: 404, text: '{"detail": "Not Found"}' });
  expect(kind).toBe("not-an-api");
  expect(message).toEndWith("there is nothing at /chat/completions (404): Not Found");
  expect(hint).toContain("it usually ends with /v1");
});

test.each([
  [null, "try again later"],
  ["12", "try again in 12 s, as it says"],
  ["Wed, 21 Oct 2026 07:28:00 GMT", "try again after Wed, 21 Oct 2026 07:28:00 GMT, as it says"],
  ["sk-1\u001b", "try again after ***, as it says"],
])("modelErrorOfRefusal() says when to come again: %p", (retryAfter, hint) => {
  expect(refused({ status: 429, retryAfter }).hint).toBe(hint);
});

test.each([
  ['{"error": {"message": "a"}}', "a"],
  ['{"error": "a"}', "a"],
  ['{"message": "a"}', "a"],
  ['{"detail": "a"}', "a"],
  ['{"error": {"message": "bad key sk-1, really sk-1"}}', "bad key ***, really ***"],
  [`{"error": "${"x".repeat(400)}"}`, `${"x".repeat(297)}...`],
  ['{"error": "a\\u001b[31m\\nb"}', "a [31m b"],
  ['{"detail": [{"loc": ["body"], "msg": "a", "type": "b"}]}', "a"],
  ['[{"error": {"code": 400, "message": "a"}}]', "a"],
  ['{"error": {"code": 5}}', null],
  ["[]", null],
  ["<html>", null],
  ["", null],
])("sayingOf(%j) is what a terminal may show, without the key", (text, said) => {
  expect(sayingOf(MODEL, text)).toBe(said);
});

test("modelErrorOfRefusal() shows no key of a redirect that repeats it", () => {
  const settings = { ...MODEL, apiKey: "sk-secret" };
  const location = "https://other.test/?key=sk-secret\u001b";
  const refusal = { status: 302, text: "", ...NOTHING, location };
  const { message } = modelErrorOfRefusal(settings, refusal);
  expect(message).toEndWith("it leads to https://other.test/?key=*** (302)");
});
