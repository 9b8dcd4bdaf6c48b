import { useState } from "preact/hooks";
import { type KioskDetail, kioskDetailSchema } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { can } from "../../api/session.ts";
import { announce } from "../../components/announcer.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Field, textOf } from "../../components/field.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Pairs, Section } from "../../components/section.tsx";
import { weekdays } from "../../format/time.ts";
import { kioskTexts } from "../../texts/kiosk-texts.ts";
import { t } from "../../texts/texts.ts";
import { hoursAreRight, OpeningHours } from "./opening-hours.tsx";

/** Where the kiosk stands, when it is meant to serve, and what staff noted; for those who may, the form that changes it. */
export function PlaceSection({ kiosk, refresh }: { readonly kiosk: KioskDetail; readonly refresh: () => void }) {
  const [open, setOpen] = useState(false);
  const words = kioskTexts.value;
  const { edit } = t.value;
  return (
    <Section
      title={words.details}
      aside={
        can("changeKiosk") && (
          <button type="button" class="button button--small" onClick={() => setOpen(true)}>
            {edit}
          </button>
        )
      }
    >
      <Pairs
        pairs={[
          [words.site, kiosk.site],
          [words.ring, kiosk.ring],
          [words.tags, kiosk.tags.join(", ")],
          [words.timeZone, kiosk.timeZone],
          [words.hours, hoursText(kiosk)],
          [words.notes, kiosk.notes],
        ]}
      />
      {open && (
        <Dialog title={`${words.details}: ${kiosk.place}`} onClose={() => setOpen(false)} wide>
          <PlaceForm
            kiosk={kiosk}
            onSaved={() => {
              setOpen(false);
              refresh();
            }}
          />
        </Dialog>
      )}
    </Section>
  );
}

/** Neighbouring days with the same hours are told together. */
function hoursText({ openingHours }: KioskDetail): string {
  const words = kioskTexts.value;
  if (!openingHours) return words.hoursAlways;
  const names = weekdays();
  const runs: { from: number; to: number; text: string }[] = [];
  for (const day of [1, 2, 3, 4, 5, 6, 0]) {
    const hours = openingHours[day];
    const text = hours ? `${hours.from}–${hours.to}` : words.closed.toLowerCase();
    const last = runs.at(-1);
    if (last?.text === text) last.to = day;
    else runs.push({ from: day, to: day, text });
  }
  return runs.map(({ from, to, text }) => `${names[from]}${from === to ? "" : `–${names[to]}`} ${text}`).join("; ");
}

function PlaceForm({ kiosk, onSaved }: { readonly kiosk: KioskDetail; readonly onSaved: () => void }) {
  const [place, setPlace] = useState(kiosk.place);
  const [site, setSite] = useState(kiosk.site);
  const [ring, setRing] = useState(kiosk.ring);
  const [tags, setTags] = useState(kiosk.tags.join(", "));
  const [timeZone, setTimeZone] = useState(kiosk.timeZone);
  const [hours, setHours] = useState(kiosk.openingHours);
  const [notes, setNotes] = useState(kiosk.notes);
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const words = kioskTexts.value;
  const { save, saved } = t.value;
  const right = hoursAreRight(hours);

  const change = async (body: Readonly<Record<string, unknown>>) => {
    setBusy(true);
    const result = await call("changeKiosk", { path: { kiosk: kiosk.id }, body, answer: kioskDetailSchema });
    setBusy(false);
    if (!result.ok) return setProblem(result.error);
    announce(saved);
    onSaved();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!right) return;
    const list = [...new Set(tags.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
    await change({ place, site, ring, tags: list, timeZone, openingHours: hours, notes });
  };
  return (
    <form class="form form--columns" onSubmit={(event) => void submit(event)}>
      <Field label={words.place}>
        <input required maxLength={80} value={place} onInput={(event) => setPlace(textOf(event))} />
      </Field>
      <Field label={words.site}>
        <input required maxLength={100} value={site} onInput={(event) => setSite(textOf(event))} />
      </Field>
      <Field label={words.ring}>
        <input required maxLength={40} value={ring} onInput={(event) => setRing(textOf(event))} />
      </Field>
      <Field label={words.tags} hint={words.tagsHint}>
        <input value={tags} onInput={(event) => setTags(textOf(event))} />
      </Field>
      <Field label={words.timeZone}>
        <select value={timeZone} onChange={(event) => setTimeZone(textOf(event))}>
          {[...new Set([timeZone, ...Intl.supportedValuesOf("timeZone")])].map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </select>
      </Field>
      <OpeningHours hours={hours} onChange={setHours} />
      <div class="form__whole">
        <Field label={words.notes}>
          <textarea rows={4} maxLength={2_000} value={notes} onInput={(event) => setNotes(textOf(event))} />
        </Field>
        <ProblemNote problem={problem} />
        <p class="form__ways">
          <button type="submit" class="button button--main" disabled={busy || !right}>
            {save}
          </button>
          <button
            type="button"
            class="button"
            disabled={busy}
            onClick={() => void change({ retired: kiosk.condition !== "retired" })}
          >
            {kiosk.condition === "retired" ? words.unretire : words.retire}
          </button>
        </p>
        <p class="hint">{words.retireHint}</p>
      </div>
    </form>
  );
}
