import { expect, test } from "bun:test";
import {
  hostInUrl,
  isLoopback,
  isOwnHost,
  parsePort,
  pathOfRequest,
} from "../../../src/core/addresses.ts";

test("isLoopback() is true for addresses that only this machine can reach", () => {
  for (const host of ["127.0.0.1", "127.9.9.9", "localhost", "::1"]) {
    expect(isLoopback(host)).toBe(true);
  }
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "127.evil.example", "1127.0.0.1", ""]) {
    expect(isLoopback(host)).toBe(false);
  }
});

test("isOwnHost() accepts addresses and localhost, and no name that another could make lead here", () => {
  const own = ["127.0.0.1", "127.0.0.1:80", "10.0.0.7:8642", "[::1]", "[fe80::1]:80", "localhost"];
  for (const header of [...own, "LOCALHOST:80", "localhost.", "api.localhost:1"]) {
    expect([header, isOwnHost(header)]).toEqual([header, true]);
  }
  const others = ["evil.test", "127.0.0.1.evil.test:80", "localhost.evil.test", "notlocalhost"];
  for (const header of [...others, "localhost, evil.test", "127.0.0.1, evil.test", "", "]"]) {
    expect([header, isOwnHost(header)]).toEqual([header, false]);
  }
});

test("hostInUrl() gives an IPv6 address its brackets", () => {
  expect(hostInUrl("::1")).toBe("[::1]");
  expect(hostInUrl("127.0.0.1")).toBe("127.0.0.1");
});

test.each([
  ["1", 1],
  ["65535", 65_535],
  ["0", null],
  ["65536", null],
  ["-1", null],
  ["80.0", null],
  ["0x50", null],
  ["", null],
  ["999999999999", null],
])("parsePort(%p) is %p", (text, port) => {
  expect(parsePort(text)).toBe(port);
});

test.each([
  ["http://127.0.0.1:1/v1/models?x=1", "/v1/models"],
  ["/health", "/health"],
  ["http://[//[", "http://[//["],
])("pathOfRequest() of %s is %s", (url, path) => {
  expect(pathOfRequest(url)).toBe(path);
});
