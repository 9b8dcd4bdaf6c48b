import { useEffect, useRef, useState } from "preact/hooks";
import { WHO } from "../../../../base/contracts/device-status.ts";
import { ALERT_AXES } from "../../../../base/registry/alerts.ts";
import { KIOSK_CONDITIONS, type KioskPage } from "../../../api/contract/kiosks.ts";
import { browserClock } from "../../app/browser-clock.ts";
import { SEARCH_FIELD } from "../../app/keys.ts";
import { changeQuery, location } from "../../app/router.ts";
import { Field, textOf } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { t } from "../../texts/texts.ts";
import { FILTERS } from "./query.ts";

/** Milliseconds after the last letter until the search begins. */
const TYPING = 250;

export function Filters({ page }: { readonly page: KioskPage | undefined }) {
  const { kiosks: words, conditions, who, axes } = t.value;
  const { query } = location.value;
  const some = FILTERS.some((field) => query.has(field));
  const values = (list: readonly string[] | undefined) => (list ?? []).map((value) => [value, value] as const);
  return (
    <search class="filters">
      <Search />
      <details class="filters__more" open={window.matchMedia("(width >= 60rem)").matches}>
        <summary>{words.filters}</summary>
        <div class="filters__fields">
          <Select
            name="condition"
            label={words.condition}
            options={KIOSK_CONDITIONS.map((value) => [value, conditions[value]])}
          />
          <Select name="who" label={words.who} options={WHO.map((value) => [value, who[value]])} />
          <Select name="axis" label={words.axis} options={ALERT_AXES.map((value) => [value, axes[value]])} />
          <Select name="site" label={words.site} options={values(page?.sites)} />
          <Select name="ring" label={words.ring} options={values(page?.rings)} />
          <Select name="release" label={words.release} options={values(page?.releases)} />
          <Field label={words.sort}>
            <select
              value={query.get("sort") ?? "condition"}
              onChange={(event) => changeQuery({ sort: textOf(event), after: "" }, { replace: true })}
            >
              {(["condition", "place", "last-seen"] as const).map((sort) => (
                <option key={sort} value={sort}>
                  {words.sorts[sort]}
                </option>
              ))}
            </select>
          </Field>
        </div>
      </details>
      {some && (
        <button
          type="button"
          class="button button--small"
          onClick={() => changeQuery(Object.fromEntries([...FILTERS, "after"].map((field) => [field, ""])))}
        >
          {words.clear}
        </button>
      )}
    </search>
  );
}

function Select({
  name,
  label,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly options: readonly (readonly [string, string])[];
}) {
  const chosen = location.value.query.get(name) ?? "";
  const missing = chosen !== "" && !options.some(([value]) => value === chosen);
  return (
    <Field label={label}>
      <select value={chosen} onChange={(event) => changeQuery({ [name]: textOf(event), after: "" }, { replace: true })}>
        <option value="">{t.value.all}</option>
        {missing && <option value={chosen}>{chosen}</option>}
        {options.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Search() {
  const asked = location.value.query.get("search") ?? "";
  const [text, setText] = useState(asked);
  const sent = useRef(asked);
  useEffect(() => {
    // What this field asked for itself must not overwrite the letters typed since.
    if (asked !== sent.current) setText(asked);
    sent.current = asked;
  }, [asked]);
  useEffect(() => {
    if (text === asked) return;
    const timer = browserClock.setTimeout(() => {
      sent.current = text;
      changeQuery({ search: text, after: "" }, { replace: true });
    }, TYPING);
    return () => timer.cancel();
  }, [text]);
  return (
    <div class="search">
      <label class="unseen" for={SEARCH_FIELD}>
        {t.value.kiosks.search}
      </label>
      <Icon name="search" />
      <input
        id={SEARCH_FIELD}
        type="search"
        placeholder={t.value.kiosks.search}
        value={text}
        onInput={(event) => setText(textOf(event))}
      />
    </div>
  );
}
