import "@fontsource/roboto/latin-400.css";
import "@fontsource/roboto/latin-700.css";
import { render } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { DeviceDescription } from "../../simulators/operator.ts";
import { links, watchDevices } from "./api.ts";
import { Cards } from "./cards.tsx";
import { kioskOf, type Language, linkName, TEXTS } from "./words.ts";

function Dock() {
  const [devices, setDevices] = useState<ReadonlyMap<string, DeviceDescription>>(new Map());
  const [addresses, setAddresses] = useState<Record<string, string>>({});
  const [connected, setConnected] = useState(true);
  const [language, setLanguage] = useState<Language>("es");
  const texts = TEXTS[language];
  const other = language === "es" ? "en" : "es";

  useEffect(() => {
    watchDevices((device) => setDevices((known) => new Map(known).set(device.id, device)), setConnected);
    void links().then(setAddresses);
  }, []);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  const all = [...devices.values()];
  const machines = Map.groupBy(
    all.filter(({ kind }) => kind !== "institution"),
    ({ id }) => kioskOf(id),
  );
  const groups = [
    ...[...machines].map(([kiosk, members]) => ({
      title: kiosk === undefined ? texts.devices : `${texts.devices}: ${kiosk}`,
      members,
    })),
    { title: texts.institutions, members: all.filter(({ kind }) => kind === "institution") },
  ];
  return (
    <>
      <header>
        <div>
          <h1>{texts.title}</h1>
          <p>{texts.lead}</p>
        </div>
        <nav>
          {Object.entries(addresses).map(([name, url]) => (
            <a key={name} href={url} target="_blank" rel="noreferrer">
              {linkName(name, language)}
            </a>
          ))}
          <button type="button" lang={other} onClick={() => setLanguage(other)}>
            {other === "en" ? "English" : "Español"}
          </button>
        </nav>
      </header>
      <main>
        {!connected && (
          <p class="away" role="alert">
            {texts.away}
          </p>
        )}
        {groups.map(({ title, members }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            <Cards devices={members} language={language} />
          </section>
        ))}
      </main>
    </>
  );
}

const place = document.getElementById("dock");
if (place !== null) render(<Dock />, place);
