/**
 * Variables that change what a Bun executable does even when it is compiled (measured on Bun 1.4.4). Scripts that start
 * the executable as root or as a service unset them; `clean-env.sh` in the image holds the same list and a test
 * compares the two.
 */
export const RUNTIME_VARIABLES = [
  "BUN_OPTIONS",
  "BUN_BE_BUN",
  "BUN_INSPECT",
  "BUN_INSPECT_CONNECT_TO",
  "BUN_INSPECT_NOTIFY",
  "BUN_INSPECT_PRELOAD",
  "NODE_OPTIONS",
] as const;

/**
 * PATH of everything that runs as root in the image: only root can write to these directories. `root-path.sh` in the
 * image holds the same text, and a test compares the two.
 */
export const ROOT_PATH = "/command:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Options of JavaScriptCore with which it starts no thread of its own, neither to compile nor to collect garbage. If it
 * could not start one, the process would end with a page about Bun (measured on Bun 1.4.4). Scripts that start the
 * executable set them; `clean-env.sh` in the image holds the same list, and a test compares the two.
 */
export const THREADLESS = {
  BUN_JSC_useConcurrentJIT: "0",
  BUN_JSC_useConcurrentGC: "0",
  BUN_JSC_useWarmUpMarkedBlocks: "0",
  BUN_JSC_numberOfGCMarkers: "1",
} as const;

/** The same for a shell or env(1): `NAME=value`. */
export const THREADLESS_WORDS: readonly string[] = Object.entries(THREADLESS).map(
  ([name, value]) => `${name}=${value}`,
);

/** Returns an environment without these options: for programs that are not ours. */
export function withoutThreadless(
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(THREADLESS, name)));
}

/** Returns the variables that are set. */
export function definedVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
