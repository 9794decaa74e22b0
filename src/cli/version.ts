declare const HERMES_VERSION: string | undefined;
declare const HERMES_COMMIT: string | undefined;

/** The version alone. */
export function versionNumber(): string {
  return typeof HERMES_VERSION === "string" ? HERMES_VERSION : "0.0.0-dev";
}

/** One line: the version and the commit, which the build bakes in. */
export function renderVersion(): string {
  const commit = typeof HERMES_COMMIT === "string" ? HERMES_COMMIT : "unknown";
  return `hermes ${versionNumber()} (${commit})\n`;
}
