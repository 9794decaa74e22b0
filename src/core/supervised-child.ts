/** If one of these is not empty, this process is the supervised gateway. A slot sets both. */
export const SUPERVISED_CHILD_VARIABLES = [
  "HERMES_S6_SUPERVISED_CHILD",
  "HERMES_SUPERVISED_CHILD",
] as const;

/** Returns true if s6 supervises this process as a gateway. */
export function isSupervisedChild(
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return SUPERVISED_CHILD_VARIABLES.some((name) => (environment[name] ?? "") !== "");
}
