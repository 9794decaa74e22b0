import { expect, test } from "bun:test";
import { showsToken } from "../../../src/agent/bearer.ts";

const shows = (authorization: string | null) =>
  showsToken(new Headers(authorization === null ? {} : { authorization }), "secret-token");

test.each(["Bearer secret-token", "bearer secret-token", "BEARER  secret-token "])(
  "showsToken() accepts %p",
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
])("showsToken() refuses %p", (authorization) => {
  expect(shows(authorization)).toBe(false);
});
