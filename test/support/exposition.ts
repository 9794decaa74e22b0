const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = String.raw`([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"`;
const SAMPLE = new RegExp(
  String.raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$`,
);
const HELP = new RegExp(`^# HELP (${NAME}) (\\S.*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);

export interface Exposition {
  /** The value of one sample; null where there is none with exactly these labels. */
  readonly value: (name: string, labels?: Readonly<Record<string, string>>) => number | null;
  readonly typeOf: (name: string) => string | null;
}

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).toSorted(([first], [second]) => (first < second ? -1 : 1));
  return JSON.stringify([name, sorted]);
}

function unescape(text: string): string {
  return text.replaceAll(/\\(["\\n])/g, (_, one: string) => (one === "n" ? "\n" : one));
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(new RegExp(LABEL, "g"))];
  const names = pairs.map(([, name = ""]) => name);
  if (new Set(names).size !== names.length) throw new Error(`a label twice: ${text}`);
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, unescape(value)]));
}

/**
 * Reads Prometheus' text exposition format 0.0.4 strictly, with the rules that promtool checks: HELP and TYPE before
 * the samples, a family in one piece, no sample twice, counters named `_total`, units and words in lower case.
 */
export function parseExposition(text: string): Exposition {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  let [helped, family] = ["", ""];
  for (const line of text.slice(0, -1).split("\n")) {
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    const sample = SAMPLE.exec(line);
    if (help !== null) {
      helped = help[1] ?? "";
      if (types.has(helped)) throw new Error(`the family ${helped} is in two pieces`);
    } else if (type !== null) {
      family = type[1] ?? "";
      if (family !== helped) throw new Error(`no help before the type of ${family}`);
      if (!/^[a-z_]+$/.test(family)) throw new Error(`${family} is not in snake case`);
      if ((type[2] === "counter") !== family.endsWith("_total")) throw new Error(`${line}: _total`);
      types.set(family, type[2] ?? "");
    } else if (sample !== null) {
      const [, name = "", labels = ""] = sample;
      if (name !== family) throw new Error(`a sample of ${name} in the family ${family}`);
      const key = keyOf(name, parseLabels(labels));
      if (samples.has(key)) throw new Error(`a sample twice: ${line}`);
      samples.set(key, Number(sample.at(-1)));
    } else throw new Error(`not a line of the format: ${JSON.stringify(line)}`);
  }
  return {
    value: (name, labels = {}) => samples.get(keyOf(name, labels)) ?? null,
    typeOf: (name) => types.get(name) ?? null,
  };
}
