import { useState } from "preact/hooks";
import type { z } from "zod";
import { kioskPageSchema, madeEnrolmentSchema } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { useResource } from "../../api/resource.ts";
import { Field, textOf } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { Section } from "../../components/section.tsx";
import { adminTexts } from "../../texts/admin-texts.ts";

const EXPIRIES = ["3600", "86400", "604800", "2592000"] as const;

export function CodeForm({ onMade }: { readonly onMade: (made: z.infer<typeof madeEnrolmentSchema>) => void }) {
  const fleet = useResource(
    "sites",
    (signal) => call("kiosks", { query: { limit: 1 }, answer: kioskPageSchema, signal }),
    () => false,
  );
  const [kiosk, setKiosk] = useState("");
  const [place, setPlace] = useState("");
  const [site, setSite] = useState("");
  const [ring, setRing] = useState("general");
  const [expiresIn, setExpiresIn] = useState<string>("86400");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const { enrolment: words } = adminTexts.value;
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const body = { kiosk, place, site, ring, expiresIn: Number(expiresIn) };
    const result = await call("newEnrolment", { body, answer: madeEnrolmentSchema });
    setBusy(false);
    if (result.ok) onMade(result.value);
    else setProblem(result.error);
  };
  return (
    <Section title={words.make}>
      <form class="form form--columns" onSubmit={(event) => void submit(event)}>
        <Field label={words.kiosk} hint={words.kioskHint}>
          <input
            required
            maxLength={63}
            pattern="[a-z0-9][a-z0-9._\-]*"
            autoCapitalize="off"
            spellcheck={false}
            value={kiosk}
            onInput={(event) => setKiosk(textOf(event))}
          />
        </Field>
        <Field label={words.place} hint={words.placeHint}>
          <input required maxLength={80} value={place} onInput={(event) => setPlace(textOf(event))} />
        </Field>
        <Field label={words.site}>
          <input required maxLength={100} list="known-sites" value={site} onInput={(event) => setSite(textOf(event))} />
        </Field>
        <Field label={words.ring}>
          <input
            required
            maxLength={40}
            list="rings-of-fleet"
            value={ring}
            onInput={(event) => setRing(textOf(event))}
          />
        </Field>
        <Field label={words.expires}>
          <select value={expiresIn} onChange={(event) => setExpiresIn(textOf(event))}>
            {EXPIRIES.map((seconds) => (
              <option key={seconds} value={seconds}>
                {words.expiries[seconds]}
              </option>
            ))}
          </select>
        </Field>
        <datalist id="known-sites">
          {fleet.data?.sites.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <datalist id="rings-of-fleet">
          {fleet.data?.rings.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <div class="form__whole">
          <ProblemNote problem={problem} />
          <p class="form__ways">
            <button type="submit" class="button button--main" disabled={busy}>
              <Icon name="enrolment" />
              {words.make}
            </button>
          </p>
        </div>
      </form>
    </Section>
  );
}
