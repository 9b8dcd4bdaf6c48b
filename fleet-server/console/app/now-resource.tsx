import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { type NowPage, nowPageSchema } from "../../api/contract/kiosks.ts";
import { call } from "../api/client.ts";
import { aboutKiosks, type Resource, useResource } from "../api/resource.ts";
import { announce } from "../components/announcer.tsx";
import { t } from "../texts/texts.ts";
import { alertWords } from "../words/alert-words.ts";

const Context = createContext<Resource<NowPage> | undefined>(undefined);

/** What is wrong now, held once for the whole console: the page, the figure beside its name, and what is announced. */
export function NowProvider({ children }: { readonly children: ComponentChildren }) {
  const now = useResource("now", (signal) => call("now", { answer: nowPageSchema, signal }), aboutKiosks);
  useAnnouncements(now.data);
  return <Context.Provider value={now}>{children}</Context.Provider>;
}

export function useNow(): Resource<NowPage> {
  const now = useContext(Context);
  if (now === undefined) throw new Error("a part of the console was drawn outside NowProvider");
  return now;
}

/** Says every new critical alert once; those that stood when the page was opened are not news. */
function useAnnouncements(page: NowPage | undefined): void {
  const known = useRef<Set<string> | undefined>(undefined);
  useEffect(() => {
    if (page === undefined) return;
    const standing = page.kiosks.flatMap(({ place, alerts }) =>
      alerts.filter(({ severity }) => severity === "critical").map((alert) => ({ place, alert })),
    );
    const before = known.current;
    known.current = new Set(standing.map(({ alert }) => alert.id));
    if (before === undefined) return;
    const news = standing.filter(({ alert }) => !before.has(alert.id));
    if (news.length > 0)
      announce(news.map(({ place, alert }) => t.value.now.announced(place, alertWords(alert).title)).join(". "));
  }, [page]);
}
