import { AppsV1Api, CoreV1Api, type KubeConfig, type V1Deployment, type V1Service } from "@kubernetes/client-node";
import { askKubernetes } from "../kube/client.ts";

/** A Service of Grafana or Prometheus. */
export interface MonitoringService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** Of the Helm release, by a label that its monitors are to have; null where the Service has none. */
  readonly release?: string | null;
}

/** What a cluster has to look at metrics with; null for what it has not. */
export interface Monitoring {
  readonly grafana: MonitoringService | null;
  readonly prometheus: MonitoringService | null;
}

type Labels = Readonly<Record<string, string>>;

/** Labels of the Services, the more telling ones first. */
const PROMETHEUS: readonly ((labels: Labels) => boolean)[] = [
  // The chart kube-prometheus-stack, under whatever name.
  (labels) => /-prometheus$/.test(labels.app ?? "") && labels["self-monitor"] !== undefined,
  // The manifests of kube-prometheus.
  (labels) => isNamed(labels, "prometheus") && labels["app.kubernetes.io/component"] === "prometheus",
  // The chart prometheus.
  (labels) => isNamed(labels, "prometheus") && labels["app.kubernetes.io/component"] === "server",
  // Any other Prometheus of the operator.
  (labels) => labels["operated-prometheus"] === "true",
];
const GRAFANA: readonly ((labels: Labels) => boolean)[] = [(labels) => isNamed(labels, "grafana")];
const PORT_NAMES = ["http-web", "web", "http", "service", "grafana"];

function isNamed(labels: Labels, name: string): boolean {
  return labels["app.kubernetes.io/name"] === name;
}

/** Finds Grafana and Prometheus by the labels that the usual charts give their Services. Throws InfrastructureError. */
export async function findMonitoring(kubeConfig: KubeConfig, signal: AbortSignal): Promise<Monitoring> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const list = () => api.listServiceForAllNamespaces();
  const { items } = await askKubernetes("look for Grafana and Prometheus", list, { signal });
  return selectMonitoring(items);
}

/** Which Services are those of Grafana and Prometheus; of several Grafanas the one beside Prometheus. Pure. */
export function selectMonitoring(services: readonly V1Service[]): Monitoring {
  const [prometheus] = matching(services, PROMETHEUS);
  const grafanas = matching(services, GRAFANA);
  const beside = grafanas.find(({ namespace }) => namespace === prometheus?.namespace);
  return { prometheus: prometheus ?? null, grafana: beside ?? grafanas[0] ?? null };
}

function matching(
  services: readonly V1Service[],
  kinds: readonly ((labels: Labels) => boolean)[],
): MonitoringService[] {
  return kinds.flatMap((isOfKind) =>
    services
      .filter(({ metadata, spec }) => isOfKind(metadata?.labels ?? {}) && Object.keys(spec?.selector ?? {}).length > 0)
      .flatMap(({ metadata, spec }) => {
        const ports = spec?.ports ?? [];
        const port = ports.find(({ name }) => PORT_NAMES.includes(name ?? "")) ?? ports[0];
        return port === undefined
          ? []
          : [
              {
                namespace: metadata?.namespace ?? "",
                name: metadata?.name ?? "",
                port: port.port,
                release: metadata?.labels?.release ?? null,
              },
            ];
      }),
  );
}

/** Where Grafana's own account is kept. */
export interface GrafanaLogin {
  readonly secret: string;
  readonly userKey: string;
  readonly passwordKey: string;
}

/** Of a Grafana that was installed by its chart; null for any other. Reads no Secret. */
export async function findGrafanaLogin(
  kubeConfig: KubeConfig,
  { namespace }: MonitoringService,
  signal: AbortSignal,
): Promise<GrafanaLogin | null> {
  const api = kubeConfig.makeApiClient(AppsV1Api);
  const list = () => api.listNamespacedDeployment({ namespace, labelSelector: "app.kubernetes.io/name=grafana" });
  const { items } = await askKubernetes(`look at Grafana in the namespace ${namespace}`, list, { signal });
  return items.map(toLogin).find((login) => login !== null) ?? null;
}

function toLogin({ spec }: V1Deployment): GrafanaLogin | null {
  const variables = spec?.template.spec?.containers.flatMap(({ env }) => env ?? []) ?? [];
  const reference = (name: string) => variables.find((each) => each.name === name)?.valueFrom?.secretKeyRef;
  const user = reference("GF_SECURITY_ADMIN_USER");
  const password = reference("GF_SECURITY_ADMIN_PASSWORD");
  if (password?.name === undefined || user?.name !== password.name) return null;
  return { secret: password.name, userKey: user.key, passwordKey: password.key };
}
