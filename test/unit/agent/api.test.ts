import { expect, test } from "bun:test";
import { hasToken } from "../../../src/agent/api.ts";

const shows = (authorization: string | null) =>
  hasToken(new Headers(authorization === null ? {} : { authorization }), "secret-token");

test.each(["Bearer secret-token", "bearer secret-token", "BEARER  secret-token "])(
  "hasToken() accepts %p",
  (authorization) => {
    expect(shows(authorization)).toBe(true);
  },
);

test.each([
  null,
  "",
  "Bearer",
  "Bearer ",
  "secret-token",
  "Basic secret-token",
  "Bearer secret-toke",
  "Bearer secret-tokens",
  "Bearer Secret-token",
  "Bearer secret-token x",
  "Bearer secret-token\u00e9",
])("hasToken() refuses %p", (authorization) => {
  expect(shows(authorization)).toBe(false);
});
