/**
 * Variables that change what a Bun executable does even when it is compiled (measured on Bun 1.4.4).
 * Scripts that start the executable as root or as a service unset them; `clean-env.sh` in the image
 * holds the same list and a test compares the two.
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
