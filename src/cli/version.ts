declare const HERMES_VERSION: string | undefined;
declare const HERMES_COMMIT: string | undefined;

/** One line: the version and the commit, which the build bakes in. */
export function renderVersion(): string {
  const number = typeof HERMES_VERSION === "string" ? HERMES_VERSION : "0.0.0-dev";
  const commit = typeof HERMES_COMMIT === "string" ? HERMES_COMMIT : "unknown";
  return `hermes ${number} (${commit})\n`;
}
