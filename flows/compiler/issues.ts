import type { z } from "zod";
import { explain } from "../../base/explain-schema.ts";
import type { DefinitionError, Path, Source } from "./source.ts";

const REMEDY =
  "Correct it here; docs/write-a-service.md tells what a definition says, flows/README.md all that it may say.";

/** What `schema` says against a value that stands at `prefix`, in words. */
export function issues(
  at: Source["at"],
  { issues: found }: z.ZodError,
  schema: z.ZodType,
  value: unknown,
  prefix: Path = [],
): DefinitionError[] {
  return found.flatMap((issue) =>
    explain(issue, schema, value).map(({ path, message }) => {
      const place = [...prefix, ...path.map((part) => (typeof part === "number" ? part : String(part)))];
      const name = place.at(-1);
      const subject = typeof name === "number" ? `entry ${name + 1}` : name === undefined ? "the file" : `"${name}"`;
      const words = message === "Invalid input" ? "does not have the form that is taken here" : message;
      return at(place, issue.code === "custom" ? words : `${subject} ${words}`, REMEDY);
    }),
  );
}
