import type { z } from "zod";
import { explain } from "../../base/explain-schema.ts";
import { told } from "../../base/told.ts";
import { NO_FORM, SPANISH, subjectOf } from "./schema-words.ts";
import type { DefinitionError, Path, Source } from "./source.ts";

const REMEDY = told(
  "Correct it here; docs/write-a-service.md tells what a definition says, flows/README.md all that it may say.",
  "Corríjalo aquí. En docs/write-a-service.md está lo que dice una definición; en flows/README.md, todo lo que puede decir.",
);

/** What `schema` says against a value that stands at `prefix`, in words. */
export function issues(
  at: Source["at"],
  { issues: found }: z.ZodError,
  schema: z.ZodType,
  value: unknown,
  prefix: Path = [],
): DefinitionError[] {
  return found.flatMap((issue) => {
    const spanish = explain(issue, schema, value, SPANISH);
    return explain(issue, schema, value).map(({ path, message }, index) => {
      const place = [...prefix, ...path.map((part) => (typeof part === "number" ? part : String(part)))];
      const words = told(message === "Invalid input" ? NO_FORM.en : message, spanish[index]?.message ?? message);
      if (issue.code === "custom") return at(place, words, REMEDY);
      const subject = subjectOf(place.at(-1));
      return at(place, told(`${subject.en} ${words.en}`, `${subject.es} ${words.es}`), REMEDY);
    });
  });
}
