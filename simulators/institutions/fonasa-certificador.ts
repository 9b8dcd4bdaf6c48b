import { type Exchange, type InstitutionOptions, InstitutionServer, type Reply, xml } from "./institution-server.ts";
import { findPerson, type RegisteredPerson } from "./registry.ts";
import { child, escapeXml, parseXml } from "./xml.ts";

const NAMESPACE = "http://certificadorprevisional.fonasa.gov.cl.ws/";
const SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
const CERTIFICADOR_PATH = "/Certificados/Previsional";

/** A state other than 0 that public clients of the service are seen to handle. */
const STATE_REFUSED = -4;

/**
 * FONASA's certificador previsional: SOAP 1.1 document/literal, published namespace, operation and fields. It reads the
 * request with its own XML reader and refuses one that is not of that shape.
 */
export class FonasaCertificador extends InstitutionServer {
  /** Whether answers leave out every element that may be absent. */
  readonly #sparse: { value: boolean };

  constructor(options: InstitutionOptions) {
    const sparse = { value: false };
    super(
      {
        id: "fonasa-certificador",
        model: "CertificadorPrevisional (SOAP 1.1, published shape)",
        faults: ["down", "slow", "error-500", "html", "malformed", "soap-fault", "drop-answer"],
        probe: (exchange) => exchange.method === "GET",
        handle: (exchange) => answer(exchange, sparse.value),
        describe: () => ({ sparse: sparse.value }),
        actions: {
          sparse: {
            label: { es: "Omitir campos opcionales", en: "Leave out optional fields" },
            parameters: { on: { kind: "flag", initial: true } },
            run: ({ on }) => this.leaveOutOptional(on === true),
          },
        },
      },
      options,
    );
    this.#sparse = sparse;
  }

  get endpoint(): string {
    return `${this.url}${CERTIFICADOR_PATH}`;
  }

  leaveOutOptional(on: boolean): void {
    this.#sparse.value = on;
  }
}

function answer(exchange: Exchange, sparse: boolean): Reply {
  if (exchange.path !== CERTIFICADOR_PATH) return xml(404, fault("Client", "No existe el servicio"));
  // Enough for a caller that only asks whether somebody is there.
  if (exchange.method === "GET") return xml(200, `<servicio xmlns="${NAMESPACE}">CertificadorPrevisional</servicio>`);
  try {
    const query = readQuery(exchange.body);
    const person = findPerson(`${query.rut}-${query.dv}`);
    return xml(200, envelope(person === undefined ? refused() : certificate(person, sparse)));
  } catch (problem) {
    return xml(500, fault("Client", problem instanceof Error ? problem.message : "Solicitud no válida"));
  }
}

/** @throws Error with what the request lacks. */
function readQuery(body: string): { rut: string; dv: string } {
  const envelope = parseXml(body);
  if (envelope.namespace !== SOAP || envelope.name !== "Envelope") throw new Error("not a SOAP 1.1 envelope");
  const operation = child(envelope, "Body")?.children[0];
  if (operation?.namespace !== NAMESPACE || operation.name !== "getCertificadoPrevisional") {
    throw new Error("unknown operation");
  }
  const query = child(operation, "query");
  for (const required of ["queryTO", "entidad", "claveEntidad", "rutBeneficiario", "canal"]) {
    if (child(query, required)?.namespace !== NAMESPACE) throw new Error(`${required} is missing`);
  }
  const rut = child(query, "rutBeneficiario")?.text ?? "";
  if (!/^\d{1,8}$/.test(rut)) throw new Error("rutBeneficiario is not a number");
  return { rut, dv: child(query, "dgvBeneficiario")?.text.toUpperCase() ?? "" };
}

function refused(): string {
  return `<replyTO><errorM>Rut no encontrado</errorM><estado>${STATE_REFUSED}</estado></replyTO>`;
}

function certificate(person: RegisteredPerson, sparse: boolean): string {
  const [rut = "", dv = ""] = person.run.split("-");
  const isapre = person.insurance.kind === "isapre" ? person.insurance : undefined;
  const fonasa = person.insurance.kind === "fonasa" ? person.insurance : undefined;
  const optional = (elements: Record<string, string>) => (sparse ? "" : list(elements));
  return [
    `<replyTO>${optional({ errorM: "" })}<estado>0</estado></replyTO>`,
    "<beneficiarioTO>",
    list({ rutbenef: rut, dgvbenef: dv, nombres: person.names, apell1: person.firstSurname }),
    optional({
      apell2: person.secondSurname,
      fechaNacimiento: person.birthDate,
      generoDes: person.sex,
      desRegion: "VALPARAÍSO",
      desComuna: "VALPARAÍSO",
      direccion: "CALLE DE PRUEBA 123",
      telefono: "",
    }),
    "</beneficiarioTO>",
    fonasa === undefined && sparse
      ? ""
      : `<afiliadoTO>${list({ desEstado: fonasa?.active === true ? "ACTIVO" : "NO ACTIVO" })}${
          fonasa === undefined ? optional({ tramo: "" }) : list({ tramo: fonasa.tramo })
        }</afiliadoTO>`,
    optional({ coddesc: "", codigoprais: "0", descprais: "NO PRAIS" }),
    isapre === undefined
      ? optional({ cdgIsapre: "0", desIsapre: "" })
      : list({ cdgIsapre: isapre.code, desIsapre: isapre.name }),
  ].join("");
}

function list(elements: Record<string, string>): string {
  return Object.entries(elements)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join("");
}

function envelope(result: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="${SOAP}"><S:Body><getCertificadoPrevisionalResponse xmlns="${NAMESPACE}"><getCertificadoPrevisionalResult>${result}</getCertificadoPrevisionalResult></getCertificadoPrevisionalResponse></S:Body></S:Envelope>`;
}

function fault(code: "Client" | "Server", text: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="${SOAP}"><S:Body><S:Fault><faultcode>S:${code}</faultcode><faultstring>${escapeXml(text)}</faultstring></S:Fault></S:Body></S:Envelope>`;
}
