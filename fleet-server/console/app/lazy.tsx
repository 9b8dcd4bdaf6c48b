import { type ComponentType, createElement } from "preact";
import { useState } from "preact/hooks";
import type { Problem } from "../api/problem.ts";
import { Loading } from "../components/page.tsx";
import { ProblemNote } from "../components/problem-note.tsx";

/** The server has another version of the console since this page was loaded, or cannot be reached. */
const GONE: Problem = { kind: "misunderstood", code: "", message: "" };

/** A page that is fetched when it is first asked for: what every visit needs stays small. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [failed, setFailed] = useState(false);
    const [, drawAgain] = useState(0);
    if (loaded) return createElement(loaded, props);
    if (failed) return <ProblemNote problem={GONE} retry={() => window.location.reload()} />;
    load().then(
      (component) => {
        loaded = component;
        drawAgain((count) => count + 1);
      },
      () => setFailed(true),
    );
    return <Loading />;
  };
}
