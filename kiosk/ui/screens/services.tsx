import type { ServiceCard } from "../../../base/contracts/view.ts";
import { usePress } from "../components/button/button.tsx";
import { Icon } from "../components/icon/icon.tsx";
import { Layout } from "../components/layout/layout.tsx";
import { Pager } from "../components/pager/pager.tsx";
import { Landscape } from "../components/pictograms/landscape.tsx";
import { useKiosk } from "../kiosk-context.ts";
import type { ScreenProps } from "./props.ts";
import "./services.css";

const PER_PAGE = 4;

/** What one can do here. A service that is out stays in its place and says why. */
export function Services({ screen }: ScreenProps<"services">) {
  return (
    <Layout
      title={screen.title}
      shape="wide"
      banner={<Landscape />}
      controls={
        <Pager items={screen.services} perPage={PER_PAGE}>
          {(page) => (
            <ul class="services">
              {page.map((service) => (
                <li key={service.id}>
                  {service.unavailable ? <Unavailable service={service} /> : <Card service={service} />}
                </li>
              ))}
            </ul>
          )}
        </Pager>
      }
    />
  );
}

function Card({ service }: { readonly service: ServiceCard }) {
  const { press, pressed } = usePress();
  return (
    <button
      type="button"
      class="service"
      data-intent="OPEN_SERVICE"
      aria-disabled={pressed}
      onClick={() => press({ type: "OPEN_SERVICE", service: service.id })}
    >
      <Face service={service} />
      <span class="service__price">{service.price.text}</span>
    </button>
  );
}

function Unavailable({ service }: { readonly service: ServiceCard }) {
  const { t } = useKiosk();
  return (
    <div class="service service--out">
      <Face service={service} />
      <span class="service__out">
        <strong>{t.unavailable}</strong> {service.unavailable?.text}
      </span>
    </div>
  );
}

function Face({ service }: { readonly service: ServiceCard }) {
  return (
    <>
      <span class="service__icon">
        <Icon name={service.icon} />
      </span>
      <span class="service__words">
        <span class="service__name">{service.name.text}</span>
        {!service.unavailable && <span>{service.summary.text}</span>}
        {service.notice && (
          <span class="service__notice">
            <Icon name="clock" /> {service.notice.text}
          </span>
        )}
        {!service.unavailable && <span class="service__institution">{service.institution.text}</span>}
      </span>
    </>
  );
}
