import type { z } from "zod";
import { COMMAND_NAMES } from "../../../../base/contracts/fleet/command.ts";
import type { auditEntrySchema } from "../../../api/contract/access.ts";
import { whyFactsSchema } from "../../../api/contract/releases.ts";
import { errorTitle } from "../../components/coded-words.tsx";
import { duration } from "../../format/time.ts";
import { technicalTexts } from "../../texts/technical-texts.ts";
import { t, wordFor } from "../../texts/texts.ts";
import { targetTitle } from "../../words/target-title.ts";
import { whyWords } from "../releases/why.ts";

export type Entry = z.infer<typeof auditEntrySchema>;

/** Identifiers that say nothing to a reader; they stand in the whole entry. */
const IDENTIFIER = /^(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{40,})$/;

/** What an entry says further, as names and values to read; what is not meant for reading is left to the whole entry. */
export function detailsOf({ details }: Entry): readonly (readonly [name: string, value: string])[] {
  const names = technicalTexts.value.facts;
  const facts = whyFactsSchema.safeParse(details.facts);
  return Object.entries(details).flatMap(([name, value]): [string, string][] => {
    const title = names[name];
    if (title === undefined || value === "" || value === null || value === 0 || value === false) return [];
    if (name === "why" && facts.success) return [[title, whyWords({ why: "", whyFacts: facts.data })]];
    const words = valueWords(name, value);
    return words === "" || IDENTIFIER.test(words) ? [] : [[title, words]];
  });
}

function valueWords(name: string, value: unknown): string {
  const { yes, no, roles, commandNames, parts } = t.value;
  const { sources, passwordSet } = technicalTexts.value;
  if (typeof value === "boolean") return value ? yes : no;
  if (Array.isArray(value))
    return value.map((each) => (name === "roles" ? wordFor(roles, String(each)) : plain(each))).join(", ");
  if (name === "target") return targetTitle(String(value));
  if (name === "expiresIn" && typeof value === "number") return duration(value * 1_000);
  if (name === "source") return wordFor(sources, String(value));
  if (name === "password") return passwordSet;
  if (name === "code") return errorTitle(String(value));
  if (name === "part") return wordFor(parts, String(value));
  if (name === "name")
    return (COMMAND_NAMES as readonly string[]).includes(String(value))
      ? wordFor(commandNames, String(value))
      : String(value);
  return plain(value);
}

function plain(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.values(value).map(plain).join(", ");
}

/** The page that shows what the entry is about, where there is one. */
export function addressOf({ action, subject }: Entry): string | undefined {
  const [area] = action.split(".");
  if (area === "rollout") return `/rollouts/${encodeURIComponent(subject)}`;
  if (area === "kiosk" || area === "enrolment" || area === "command" || area === "identity")
    return `/kiosks/${encodeURIComponent(subject)}`;
  return undefined;
}
