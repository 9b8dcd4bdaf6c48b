import { useEffect, useRef } from "preact/hooks";
import { call } from "../api/client.ts";
import { session, signedOut } from "../api/session.ts";
import { Icon } from "../components/icon.tsx";
import { t } from "../texts/texts.ts";
import { LANGUAGES, language, SCHEMES, scheme, shortcuts } from "./preferences.ts";

/** Who is signed in, how the console looks and speaks, and the way out. A native disclosure: Escape and a click elsewhere close it. */
export function AccountMenu() {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const menu = details.current;
      if (!menu?.open) return;
      const away = event instanceof KeyboardEvent ? event.key === "Escape" : !menu.contains(event.target as Node);
      if (!away) return;
      menu.open = false;
      if (event instanceof KeyboardEvent) menu.querySelector("summary")?.focus();
    };
    document.addEventListener("keydown", close);
    document.addEventListener("click", close);
    return () => {
      document.removeEventListener("keydown", close);
      document.removeEventListener("click", close);
    };
  }, []);
  const { account, roles } = t.value;
  const who = session.value;
  if (!who) return null;
  return (
    <details class="account" ref={details}>
      <summary aria-label={`${account.menu}: ${who.name}`}>
        <Icon name="account" />
        <span class="account__name">{who.name}</span>
        <Icon name="down" />
      </summary>
      <div class="account__panel">
        <p>
          <strong>{who.name}</strong>
          <br />
          <span class="soft">{who.roles.map((role) => roles[role]).join(", ")}</span>
        </p>
        <Settings />
        <dl class="keys">
          {account.keys.map(([key = "", meaning]) => (
            <div key={key}>
              <dt>
                {key.split(" ").map((part) => (
                  <kbd key={part}>{part}</kbd>
                ))}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <p class="account__ways">
          <a class="button" href="/?wall">
            <Icon name="wall" />
            {account.wall}
          </a>
          <button
            type="button"
            class="button"
            onClick={() => void call("signOut", { answer: null }).then(() => signedOut())}
          >
            {account.signOut}
          </button>
        </p>
      </div>
    </details>
  );
}

/** Language, colours and shortcuts; on the sign-in page too, without shortcuts. */
export function Settings({ brief = false }: { readonly brief?: boolean }) {
  const { account } = t.value;
  return (
    <>
      <Choice
        label={account.language}
        name="language"
        options={LANGUAGES}
        words={account.languages}
        choice={language}
      />
      <Choice label={account.scheme} name="scheme" options={SCHEMES} words={account.schemes} choice={scheme} />
      {!brief && (
        <Choice
          label={account.shortcuts}
          name="shortcuts"
          options={["on", "off"] as const}
          words={account}
          choice={shortcuts}
        />
      )}
    </>
  );
}

function Choice<T extends string>({
  label,
  name,
  options,
  words,
  choice,
}: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly T[];
  readonly words: { readonly [K in T]: string };
  readonly choice: { value: T };
}) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option}>
          <input
            type="radio"
            name={name}
            checked={choice.value === option}
            onChange={() => {
              choice.value = option;
            }}
          />
          <span lang={name === "language" ? option : undefined}>{words[option]}</span>
        </label>
      ))}
    </fieldset>
  );
}
