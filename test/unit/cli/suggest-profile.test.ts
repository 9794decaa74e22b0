import { expect, test } from "bun:test";
import { createApp } from "../../../src/cli/app.ts";
import { suggestProfile } from "../../../src/cli/suggest-profile.ts";
import { AppError } from "../../../src/core/errors.ts";
import { installation } from "../../support/installation.ts";

/** Returns the hint that a missing profile gets where the profile 'coder' and a directory 'Big' exist. */
function hintFor(profile: string, isNamed = true, inUse = "default") {
  const host = installation({ coder: {} });
  host.disk.putDirectory("/vol/profiles/Big");
  host.disk.putFile("/vol/active_profile", `${inUse}\n`);
  const error = new AppError("no-such-profile", "Cannot: no such profile", {
    hint: "own",
    profile,
  });
  const suggested = suggestProfile(createApp(host, null), error, () => isNamed);
  expect(suggested).toMatchObject({ message: error.message, exitCode: 4 });
  return suggested instanceof AppError ? suggested.hint : null;
}

test("suggestProfile() names a profile that may have been meant, else keeps the hint", () => {
  expect(hintFor("codr")).toBe("did you mean 'coder'? `hermes profile list` shows them all");
  expect(hintFor("zzzzzz")).toBe("own");
});

test("suggestProfile() names the directory that differs in capital letters only", () => {
  expect(hintFor("big")).toBe(
    "rename /vol/profiles/Big to /vol/profiles/big: names are in small letters",
  );
});

test("suggestProfile() says that the profile is the one in use, unless the command line names it", () => {
  expect(hintFor("codr", false, "codr")).toStartWith("it is the profile in use; ");
  expect(hintFor("codr", true, "codr")).toStartWith("did you mean 'coder'?");
});

test("suggestProfile() leaves what is about no profile as it is", () => {
  const app = createApp(installation(), null);
  for (const error of [new AppError("io", "Cannot read"), new Error("bug")]) {
    expect(suggestProfile(app, error, () => true)).toBe(error);
  }
});
