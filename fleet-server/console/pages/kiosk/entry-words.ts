import { errorTitle } from "../../components/coded-words.tsx";
import { releasesTexts } from "../../texts/releases-texts.ts";
import { technicalTexts } from "../../texts/technical-texts.ts";
import { t, wordFor } from "../../texts/texts.ts";
import { alertTitle } from "../../words/alert-words.ts";
import { alertDetail } from "../../words/detail.ts";
import { targetTitle } from "../../words/target-title.ts";
import type { Entry } from "./bursts.ts";

/** What a line of the timeline says: `code` and `message` are for who repairs, in English. */
export type EntryWords = {
  readonly title: string;
  readonly detail: string;
  readonly code: string | undefined;
  readonly message: string | undefined;
};

/** A line of the timeline in the chosen language; what has no words shows itself. */
export function entryWords({ kind, code, text, facts = {} }: Entry): EntryWords {
  const { commandNames, commandStates } = t.value;
  const { deeds, events } = technicalTexts.value;
  const fact = (name: string) => (facts[name] === undefined ? "" : String(facts[name]));
  const joined = (...parts: string[]) => parts.filter((part) => part !== "").join(" · ");
  const failure = { code: fact("code") || undefined, message: fact("message") || undefined };
  const cause = failure.code === undefined ? "" : errorTitle(failure.code);
  const none = { code: undefined, message: undefined };
  switch (kind) {
    case "alert":
    case "cleared": {
      const detail = alertDetail({ subject: fact("subject"), detail: fact("detail") }, technicalTexts.value.errors);
      return { title: alertTitle(code) ?? code, detail, ...none };
    }
    case "command": {
      const detail = joined(wordFor(commandStates, fact("state")), cause, fact("reason"));
      return { title: wordFor(commandNames, code), detail, ...failure };
    }
    case "update":
      return {
        title: targetTitle(fact("target")),
        detail: joined(wordFor(releasesTexts.value.ofOne, code), cause),
        ...failure,
      };
    case "audit":
      return { title: wordFor(deeds, code), detail: text, ...none };
    case "event":
      return { title: wordFor(events, code), detail: eventDetail(facts), code, message: failure.message };
  }
}

/** The fields of an event that say something to a reader who is no programmer. */
function eventDetail(facts: NonNullable<Entry["facts"]>): string {
  const { facts: names, outcomes } = technicalTexts.value;
  const parts = Object.entries(facts).flatMap(([name, value]) => {
    const word = String(value);
    if (name === "part") return wordFor(t.value.parts, word);
    if (name === "target") return targetTitle(word);
    if (name === "result") return wordFor(outcomes, word);
    if (name === "code") return errorTitle(word);
    if (name === "message") return [];
    return names[name] === undefined ? [] : `${names[name].toLowerCase()} ${word}`;
  });
  return parts.join(" · ");
}
