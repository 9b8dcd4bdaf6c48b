import { z } from "zod";
import type { Told } from "../../base/told.ts";

/** Tells a schema's own rule that is broken, in both languages. */
export function refuse(context: z.core.$RefinementCtx, said: Told, path: readonly PropertyKey[] = []): void {
  context.addIssue({ code: "custom", message: said.en, path: [...path], params: { said } });
}

/** For `.refine`: what is said of a value that is refused, in both languages. */
export function saying(words: (value: unknown) => Told) {
  return { error: (issue: { readonly input?: unknown }) => words(issue.input).en, params: { said: words } };
}

const saidSchema = z.object({ en: z.string(), es: z.string() });

/** What a rule of a schema says of `value`; `undefined` when it was not told by `refuse` or `saying`. */
export function saidOf(issue: z.core.$ZodIssueCustom, value: unknown): Told | undefined {
  const said: unknown = issue.params?.said;
  return saidSchema.safeParse(typeof said === "function" ? said(value) : said).data;
}
