/** The requirements that a gateway's program must meet, and those that it should meet, in the order of the report. */
export const REQUIREMENTS = {
  starts: {
    level: "must",
    text: "starts as `PROGRAM [-p NAME] gateway run --replace`, in /, without a terminal",
  },
  ready: {
    level: "must",
    text: "says that it runs: gateway_state and pid in the profile's gateway_state.json",
  },
  foreground: { level: "must", text: "stays in the foreground, as the process that was started" },
  profiles: { level: "must", text: "acts for the profile that -p names, beside another one" },
  whole: { level: "must", text: "never lets others read half of gateway_state.json" },
  term: { level: "must", text: "ends within 10 s of SIGTERM" },
  again: { level: "must", text: "starts again after SIGKILL, whatever that left behind" },
  values: { level: "should", text: "writes values into gateway_state.json that can be read" },
  keys: { level: "should", text: "keeps the keys of gateway_state.json that it does not know" },
  "desired-state": { level: "should", text: "leaves desired_state to the operator" },
  exit: { level: "should", text: "ends with 0, or by the signal, after SIGTERM" },
  comeback: { level: "should", text: "does not say `stopped` because of SIGTERM alone" },
  alone: { level: "should", text: "leaves no process behind 2 s after its end" },
} as const satisfies Readonly<Record<string, Requirement>>;

interface Requirement {
  /** Supervision needs every `must`. A `should` that is not met is made up for by us, or costs comfort. */
  readonly level: "must" | "should";
  readonly text: string;
}

export type RequirementName = keyof typeof REQUIREMENTS;

/** The outcome of a requirement: null if it is met, else the reason. */
export type Findings = Map<RequirementName, string | null>;

/** Renders a line for each requirement, and the verdict: the program `conforms` if every `must` is met. */
export function renderReport(program: string, findings: ReadonlyMap<string, string | null>) {
  const lines: string[] = [];
  const count = { broken: 0, ignored: 0, untried: 0 };
  for (const [name, { level, text }] of Object.entries(REQUIREMENTS)) {
    const reason = findings.get(name);
    if (reason === null) lines.push(`✓ ${text}`);
    else if (reason === undefined) {
      count.untried += 1;
      lines.push(`- ${text}: not tried`);
    } else {
      count[level === "must" ? "broken" : "ignored"] += 1;
      lines.push(`${level === "must" ? "✗" : "!"} ${text}: ${reason}`);
    }
  }
  const conforms = count.broken === 0 && count.untried === 0;
  const verdict = conforms ? "conforms" : "does not conform";
  const advice = count.ignored === 0 ? "" : `; ${count.ignored} that should be met (!) are not`;
  return { text: `${lines.join("\n")}\n${program} ${verdict}${advice}\n`, conforms };
}
