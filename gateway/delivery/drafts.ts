import type { SubmissionInput } from "../../base/contracts/gateway.ts";

/** What a citizen entered and takes elsewhere. Holds personal data. */
export type Draft = SubmissionInput<"hand-off.to-phone">;

const LONGEST = 200;

/** The draft with what a form on the phone says instead; fields that it did not have are not taken over. */
export function amended(draft: Draft, form: URLSearchParams): Draft {
  return {
    ...draft,
    fields: draft.fields.map((field) => ({
      ...field,
      value: (form.get(field.name) ?? field.value).trim().slice(0, LONGEST),
    })),
  };
}
