import * as v from "valibot";
import { parseProfileName } from "./name.ts";

/** The name of a profile, in a file. */
export const profileNameSchema = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parseProfileName(dataset.value);
    if (parsed.ok) return parsed.name;
    addIssue({ message: parsed.reason });
    return NEVER;
  }),
);
