import type { KioskRow } from "../../../api/contract/kiosks.ts";
import { Icon } from "../../components/icon.tsx";
import { Since } from "../../components/since.tsx";
import { ConditionBadge } from "../../components/state.tsx";
import { t, wordFor } from "../../texts/texts.ts";
import { alertWords } from "../../words/alert-words.ts";

/** One row a kiosk; on a narrow screen each row is a card. */
export function KioskTable({ kiosks }: { readonly kiosks: readonly KioskRow[] }) {
  const { kiosks: words } = t.value;
  return (
    <table class="table table--cards table--framed">
      <caption class="unseen">{words.title}</caption>
      <thead>
        <tr>
          <th scope="col">{words.condition}</th>
          <th scope="col">{words.place}</th>
          <th scope="col">{words.trouble}</th>
          <th scope="col">{words.lastSeen}</th>
          <th scope="col">{words.release}</th>
          <th scope="col">{words.ring}</th>
        </tr>
      </thead>
      <tbody>
        {kiosks.map((kiosk) => (
          <Row key={kiosk.id} kiosk={kiosk} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ kiosk }: { readonly kiosk: KioskRow }) {
  const { kiosks: words, who, updateStates } = t.value;
  const [worst, ...others] = kiosk.alerts;
  return (
    <tr data-kiosk={kiosk.id}>
      <td>
        <ConditionBadge condition={kiosk.condition} />
      </td>
      <th scope="row">
        <a href={`/kiosks/${encodeURIComponent(kiosk.id)}`}>{kiosk.place}</a>
        <span class="soft">
          {kiosk.site} · {kiosk.id}
        </span>
      </th>
      <td data-label={words.trouble}>
        {worst ? (
          <>
            {alertWords(worst).title}
            {others.length > 0 && ` (+${others.length})`}
            <span class="soft">
              <Icon name="person" /> {who[worst.who]} · <Since at={worst.since} />
            </span>
          </>
        ) : (
          <span class="soft">{words.noTrouble}</span>
        )}
      </td>
      <td data-label={words.lastSeen}>
        {kiosk.connected ? words.connected : kiosk.lastSeen === null ? words.never : <Since at={kiosk.lastSeen} />}
      </td>
      <td data-label={words.release} class="numeric">
        {kiosk.release ?? "–"}
        {kiosk.update && kiosk.update !== "idle" && <span class="soft">{wordFor(updateStates, kiosk.update)}</span>}
      </td>
      <td data-label={words.ring}>{kiosk.ring}</td>
    </tr>
  );
}
