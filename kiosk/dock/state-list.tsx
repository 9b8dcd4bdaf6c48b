import type { Json } from "../../simulators/operator.ts";
import { type Language, TEXTS, valueName, word } from "./words.ts";

type JsonRecord = { readonly [name: string]: Json };

/** A device's state: switches as chips, everything else as a list; lists of records open on demand, newest first. */
export function StateList({ state, language }: { state: Json; language: Language }) {
  if (!isRecord(state)) return <p>{inLine(state, language)}</p>;
  const entries = Object.entries(state);
  const switches = entries.filter(([, value]) => typeof value === "boolean");
  return (
    <>
      <dl class="state">
        {entries
          .filter(([, value]) => typeof value !== "boolean")
          .map(([name, value]) => (
            <div key={name}>
              <dt>{word(name, language)}</dt>
              <dd>
                <StateValue value={value} language={language} />
              </dd>
            </div>
          ))}
      </dl>
      {switches.length > 0 && (
        <ul class="switches">
          {switches.map(([name, value]) => (
            <li key={name} class={value === true ? "on" : "off"}>
              {word(name, language)}: {TEXTS[language][value === true ? "yes" : "no"]}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function StateValue({ value, language }: { value: Json; language: Language }) {
  if (!isList(value) || !value.some(isRecord)) return <span title={titleOf(value)}>{inLine(value, language)}</span>;
  return (
    <details>
      <summary>{value.length}</summary>
      <ol reversed>
        {value.toReversed().map((entry, place) => (
          <li key={value.length - place}>{inLine(entry, language)}</li>
        ))}
      </ol>
    </details>
  );
}

/** One line for any value. Of a record of switches only those that are on are worth a word. */
function inLine(value: Json, language: Language): string {
  if (value === null || value === "") return "–";
  if (typeof value === "boolean") return TEXTS[language][value ? "yes" : "no"];
  if (typeof value === "number") return value.toLocaleString(language === "es" ? "es-CL" : "en");
  if (typeof value === "string") return valueName(value, language);
  if (isList(value)) return value.map((entry) => inLine(entry, language)).join(", ") || "–";
  const entries = Object.entries(value);
  if (entries.every(([, inner]) => typeof inner === "boolean"))
    return entries.flatMap(([name, inner]) => (inner === true ? [word(name, language)] : [])).join(", ") || "–";
  return entries.map(([name, inner]) => `${word(name, language)} ${inLine(inner, language)}`).join(" · ");
}

function titleOf(value: Json): string | undefined {
  return typeof value === "string" && value.length > 40 ? value : undefined;
}

function isRecord(value: Json): value is JsonRecord {
  return typeof value === "object" && value !== null && !isList(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
