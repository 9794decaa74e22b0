import { expect, test } from "bun:test";
import { createApp } from "../../../src/cli/app.ts";
import { requireProfile } from "../../../src/cli/require-profile.ts";
import { installation } from "../../support/installation.ts";
import { profileName } from "../../support/names.ts";

test("requireProfile() refuses a profile that does not exist, and says what cannot be done with it", () => {
  const app = createApp(installation({ coder: {} }), null);
  for (const name of ["coder", "default"]) {
    expect(() => requireProfile(app, profileName(name), "use")).not.toThrow();
  }
  expect(() => requireProfile(app, profileName("typo"), "use")).toThrow(
    expect.objectContaining({
      message: "Cannot use profile 'typo': no such profile",
      exitCode: 4,
      hint: "create it with `hermes profile create typo`, or see `hermes profile list`",
      profile: "typo",
    }),
  );
});
