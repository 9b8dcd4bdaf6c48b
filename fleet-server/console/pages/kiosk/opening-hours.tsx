import type { KioskDetail } from "../../../api/contract/kiosks.ts";
import { textOf } from "../../components/field.tsx";
import { weekdays } from "../../format/time.ts";
import { kioskTexts } from "../../texts/kiosk-texts.ts";

type Hours = KioskDetail["openingHours"];
type Day = NonNullable<Hours>[number];

const USUAL: Day = { from: "09:00", to: "14:00" };
/** Monday to Friday, as most offices keep. */
const USUAL_WEEK: readonly Day[] = [null, USUAL, USUAL, USUAL, USUAL, USUAL, null];

export function hoursAreRight(hours: Hours): boolean {
  return hours === null || hours.every((day) => day === null || day.from < day.to);
}

/** A week of opening hours; without any the kiosk is meant to serve always. */
export function OpeningHours({
  hours,
  onChange,
}: {
  readonly hours: Hours;
  readonly onChange: (hours: Hours) => void;
}) {
  const words = kioskTexts.value;
  const names = weekdays();
  const set = (index: number, day: Day) => {
    if (hours) onChange(hours.map((before, each) => (each === index ? day : before)));
  };
  return (
    <fieldset class="hours">
      <legend>{words.hours}</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={hours === null}
          onChange={() => onChange(hours === null ? [...USUAL_WEEK] : null)}
        />
        {words.hoursAlways}
      </label>
      {hours &&
        [1, 2, 3, 4, 5, 6, 0].map((index) => {
          const day = hours[index] ?? null;
          const name = names[index] ?? "";
          return (
            <div key={index} class="hours__day">
              <label class="check">
                <input
                  type="checkbox"
                  checked={day !== null}
                  onChange={() => set(index, day === null ? USUAL : null)}
                />
                <span class="unseen">{words.open(name)}</span>
                <span aria-hidden="true">{name}</span>
              </label>
              {day ? (
                <>
                  <input
                    type="time"
                    required
                    aria-label={words.from(name)}
                    value={day.from}
                    onInput={(event) => set(index, { ...day, from: textOf(event) })}
                  />
                  <input
                    type="time"
                    required
                    aria-label={words.to(name)}
                    value={day.to}
                    onInput={(event) => set(index, { ...day, to: textOf(event) })}
                  />
                </>
              ) : (
                <span class="soft">{words.closed}</span>
              )}
            </div>
          );
        })}
      {!hoursAreRight(hours) && (
        <p class="note tone-warning" role="alert">
          {words.badHours}
        </p>
      )}
    </fieldset>
  );
}
