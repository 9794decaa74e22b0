import { AppError, ExitCode } from "../core/errors.ts";
import { profileExists } from "../profiles/store.ts";
import type { App } from "./app.ts";

/** Throws, with exit code 4, where the profile that is asked about does not exist: a typing error, most likely. */
export function requireGateway({ host, home, profile }: App): void {
  if (profileExists(host, home.root, profile)) return;
  throw new AppError("no-such-gateway", `no such gateway '${profile}'`, {
    exitCode: ExitCode.noSuchGateway,
    profile,
    hint: "see `hermes gateway list` for those there are",
  });
}
