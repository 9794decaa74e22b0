import * as v from "valibot";
import { isJsonObject } from "../../core/json.ts";

/** A field of a file that another program may have written: a wrong value is null, and costs no other field. */
export const lenient = <const S extends v.GenericSchema>(schema: S) =>
  v.fallback(v.nullish(schema, null), null);

/** A list whose wrong entries are left out; what is no list is empty. */
export const lenientList = <const S extends v.GenericSchema>(schema: S) =>
  v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((entries) =>
        entries.flatMap((entry): readonly v.InferOutput<S>[] => {
          const result = v.safeParse(schema, entry);
          return result.success ? [result.output] : [];
        }),
      ),
    ),
    [],
  );

/** The fields of an object that have a wrong value, in the order of `schemas`; a missing one and null are none. */
export function listInvalid(
  schemas: Readonly<Record<string, v.GenericSchema>>,
  value: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(schemas).flatMap(([key, schema]) => {
    const field = Object.hasOwn(value, key) ? value[key] : null;
    return v.is(v.nullish(schema), field) ? [] : [key];
  });
}

/** Describes the faults of a file's fields: `has an invalid pid, start_time`; null if there are none. */
export function describeInvalid(keys: readonly string[]): string | null {
  return keys.length === 0 ? null : `has an invalid ${keys.join(", ")}`;
}

/** One of `words`, or a word of an earlier version (`earlier` maps each to today's). */
export const withEarlierWords = <const W extends readonly string[]>(
  words: W,
  earlier: Readonly<Record<string, W[number]>>,
) =>
  v.pipe(
    v.string(),
    v.transform((word) => earlier[word] ?? word),
    v.picklist(words),
  );

/** An object that `schema` describes, or one with keys of an earlier version (`earlier` maps each to today's). */
export const withEarlierKeys = <const S extends v.GenericSchema>(
  earlier: Readonly<Record<string, string>>,
  schema: S,
) =>
  v.pipe(
    v.unknown(),
    v.transform((value) =>
      isJsonObject(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, field]) => [earlier[key] ?? key, field]),
          )
        : value,
    ),
    schema,
  );
