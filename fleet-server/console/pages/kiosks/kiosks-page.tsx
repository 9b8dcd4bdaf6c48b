import { kioskPageSchema } from "../../../api/contract/kiosks.ts";
import { call } from "../../api/client.ts";
import { aboutKiosks, useResource } from "../../api/resource.ts";
import { changeQuery, location } from "../../app/router.ts";
import { Icon } from "../../components/icon.tsx";
import { Loading, Page } from "../../components/page.tsx";
import { ProblemNote } from "../../components/problem-note.tsx";
import { t } from "../../texts/texts.ts";
import { Filters } from "./filters.tsx";
import { KioskTable } from "./kiosk-table.tsx";
import { FIELDS } from "./query.ts";
import "./kiosks.css";

/** Every kiosk, filtered by what the address says: a list that was found is sent to somebody as a link. */
export function KiosksPage() {
  const { query } = location.value;
  const asked = Object.fromEntries(FIELDS.map((field) => [field, query.get(field) ?? undefined]));
  const list = useResource(
    `kiosks?${new URLSearchParams(FIELDS.map((field) => [field, query.get(field) ?? ""]))}`,
    (signal) => call("kiosks", { query: asked, answer: kioskPageSchema, signal }),
    aboutKiosks,
  );
  const { kiosks: words } = t.value;
  return (
    <Page title={words.title} lead={<span role="status">{list.data ? words.total(list.data.total) : " "}</span>}>
      <Filters page={list.data} />
      <ProblemNote problem={list.problem} retry={list.refresh} staleSince={list.at} />
      {list.data === undefined && list.problem === undefined && <Loading />}
      {list.data && list.data.kiosks.length === 0 && <p class="empty">{words.empty}</p>}
      {list.data && list.data.kiosks.length > 0 && <KioskTable kiosks={list.data.kiosks} />}
      {(list.data?.next || query.has("after")) && (
        <nav class="pager" aria-label={words.pages}>
          {query.has("after") && (
            <button type="button" class="button" onClick={() => changeQuery({ after: "" })}>
              <Icon name="back" />
              {words.first}
            </button>
          )}
          {list.data?.next && (
            <button type="button" class="button" onClick={() => changeQuery({ after: list.data?.next ?? "" })}>
              {words.next}
              <Icon name="forward" />
            </button>
          )}
        </nav>
      )}
    </Page>
  );
}
