/** One jar for every line of Spark 4, in `PINS.jars.rapids`. */
const RAPIDS_FOR_SPARK_4 = {
  group: "com.nvidia",
  artifact: "rapids-4-spark_2.13",
  version: "26.08.1",
  sha256: "d5224e1c07bc881e93829ea341b33a9a7896d1ced7783262b62d027a1e48b1f9",
} as const;

/**
 * What this tool downloads, in the versions that it was tested with, with the SHA-256 of each file and the most bytes that it may
 * have: on the way, and unpacked. docs/releasing.md says where the checksums come from. test/lib/pins.test.ts holds docs and charts
 * to the versions.
 */
export const PINS = {
  /**
   * Command-line tools, by platform as Go names it, as they are published (Argo's packed); the controller of Argo Workflows comes with
   * its chart, in the same version.
   */
  tools: {
    kind: {
      version: "0.33.0",
      maxBytes: 64_000_000,
      sha256: {
        "linux-amd64": "aee6151561422756b764a4ae28e7f44cda5af5a9eead3cc9985112b1de8d8e0d",
        "linux-arm64": "20022bee6cfcd5086cb7234d218e3454e6090022f2a8f55d1fa7fcf42c3867a2",
        "darwin-amd64": "5a99f26f57246dc9319dd294803313197a0f34d33c525b3ea8b655db5916ece0",
        "darwin-arm64": "0c8c7dbe5e23594a198b786c4bc13dacc101fa6196b0cb0b23a1ca44e61f4b4f",
      },
    },
    minikube: {
      version: "1.38.1",
      maxBytes: 400_000_000,
      sha256: {
        "linux-amd64": "099477eaf248bcb5bcea8ce78a2898e93ac01461c35189da1848c3de82ecd22e",
        "linux-arm64": "a0b8a1ebfc8c07a247271d8df98ac0ddd7c8c855b601d402463e2e50c08c6bab",
        "darwin-amd64": "db11dffba835609988e4e98c3a91a38653ce66ddfa8ea3aaea92d87c54a0a348",
        "darwin-arm64": "f9b0c70bb7daf38c683c0b6e46dc1b612600247ae826bf74576807746a919ee8",
      },
    },
    helm: {
      version: "3.19.0",
      maxBytes: 100_000_000,
      sha256: {
        "linux-amd64": "a7f81ce08007091b86d8bd696eb4d86b8d0f2e1b9f6c714be62f82f96a594496",
        "linux-arm64": "440cf7add0aee27ebc93fada965523c1dc2e0ab340d4348da2215737fc0d76ad",
        "darwin-amd64": "09a108c0abda42e45af172be65c49125354bf7cd178dbe10435e94540e49c7b9",
        "darwin-arm64": "31513e1193da4eb4ae042eb5f98ef9aca7890cfa136f4707c8d4f70e2115bef6",
      },
    },
    argo: {
      version: "4.0.6",
      maxBytes: 400_000_000,
      sha256: {
        "linux-amd64": "8ecdc25dcce175412093cc9b04fdd1063b1e7d635e90be6d01643fcb25a356e1",
        "linux-arm64": "a4b6ef60ddf6cf996186e0f6dd1c744e5394fe2eda28cea2b6c33d74fe050a57",
        "darwin-amd64": "3444c909f576c67c0593bd3bc1664cf7962573616cbbbdd38d1326320ed9f5f6",
        "darwin-arm64": "c03b80e90d7e373041d59c76dd13e836d2efce64fe73e9da06d74b5968e0749e",
      },
    },
  },
  /** Helm charts; `releases` is where each release of their project has its archive. */
  charts: {
    "argo-workflows": {
      version: "1.0.18",
      releases: "https://github.com/argoproj/argo-helm/releases/download",
      maxBytes: 20_000_000,
      sha256: "761537c760643cfa0a8ba464d7f17c7b47eca5c52fd322a7aa608949a0f0bb7f",
    },
    "kube-prometheus-stack": {
      version: "88.5.3",
      releases: "https://github.com/prometheus-community/helm-charts/releases/download",
      maxBytes: 20_000_000,
      sha256: "3bff576f57c88f9fcac3286cc6e0d22ddaf7d7e1829c14a09257359f02ca64c9",
    },
    "spark-operator": {
      version: "2.5.2",
      releases: "https://github.com/kubeflow/spark-operator/releases/download",
      /** How its project names a release; the others name it as the chart and its version. */
      tag: "v2.5.2",
      maxBytes: 20_000_000,
      sha256: "1bb6f4389594bd718875ec860ac30ffab0829166c90f43f5debf66808e3101c4",
    },
  },
  /** Jars that a case needs beside its Spark, as Maven Central has them. */
  jars: {
    /** By Spark line. */
    iceberg: {
      "3.5": {
        group: "org.apache.iceberg",
        artifact: "iceberg-spark-runtime-3.5_2.12",
        version: "1.12.0",
        sha256: "8dd8c90e54ed1a20f2461309d047a255ee56382eb7c0a46162b27a4936fd86dc",
      },
      "4.0": {
        group: "org.apache.iceberg",
        artifact: "iceberg-spark-runtime-4.0_2.13",
        version: "1.11.0",
        sha256: "63c3b812549dc232c1920865ff42436df8604a9bbacd693930985c06bd97e6dc",
      },
      "4.1": {
        group: "org.apache.iceberg",
        artifact: "iceberg-spark-runtime-4.1_2.13",
        version: "1.12.0",
        sha256: "3123c3798af642dd537230923548e013ef41cc28b6626e5225808cf5670a0f82",
      },
    },
    /** Beside RAPIDS where its release knows no newer one: 26.08.1 fails with an Iceberg above 1.11, and 25.04.0 leaves Iceberg alone. */
    icebergBesideRapids: {
      "4.1": {
        group: "org.apache.iceberg",
        artifact: "iceberg-spark-runtime-4.1_2.13",
        version: "1.11.0",
        sha256: "d6ea6c5d099288daeb7d5a92061bd3d7d8f296492632b42378e5f2f0e3066242",
      },
    },
    /**
     * NVIDIA's RAPIDS Accelerator by Spark line, with the Spark versions that the release has a build for: the folders `spark350` and so on
     * in the jar.
     */
    rapids: {
      "3.5": {
        group: "com.nvidia",
        artifact: "rapids-4-spark_2.12",
        version: "25.04.0",
        sha256: "6d28b2d769692b45a0c8494f4403a01de1348e3608d4e42eab8338c3de217148",
        sparkVersions: ["3.5.0", "3.5.1", "3.5.2", "3.5.3", "3.5.4", "3.5.5"],
      },
      "4.0": {
        ...RAPIDS_FOR_SPARK_4,
        sparkVersions: ["4.0.0", "4.0.1", "4.0.2", "4.0.3", "4.0.4"],
      },
      "4.1": {
        ...RAPIDS_FOR_SPARK_4,
        sparkVersions: ["4.1.1", "4.1.2", "4.1.3"],
      },
      "4.2": {
        ...RAPIDS_FOR_SPARK_4,
        sparkVersions: ["4.2.0"],
      },
    },
    /** The server of Spark Connect by Spark version; of others Maven Central is believed. Spark 4 has it among its own jars. */
    connect: {
      "3.5.0": "776948361a17cc1f02094dfc0ab50a9fd9b40e815b30f4d8d17a21a9cecbfdd2",
      "3.5.1": "d03cdc650a969c72065823875fc7efe1063e35ce01acf4230369e274ae668a6c",
      "3.5.4": "cc57dc35cc66a2a362ec179e2f83f0d904217521c600cff947d7d05c34c5afef",
      "3.5.5": "ad64f1d0ab7ca629ff47e208cb122a3cea8a24d96c85e0873c355112315f6668",
      "3.5.7": "15366e21273a874c760b51fa00743a2acb8fa78642cc35d7a076a3ade0c5eef6",
    },
    /** S3A and the AWS SDK that it was built with, by Hadoop version: that of Spark 3.5, 4.0, 4.1 and 4.3. */
    s3a: {
      "3.3.4": [
        {
          group: "org.apache.hadoop",
          artifact: "hadoop-aws",
          version: "3.3.4",
          sha256: "53f9ae03c681a30a50aa17524bd9790ab596b28481858e54efd989a826ed3a4a",
        },
        {
          group: "com.amazonaws",
          artifact: "aws-java-sdk-bundle",
          version: "1.12.262",
          sha256: "873fe7cf495126619997bec21c44de5d992544aea7e632fdc77adb1a0915bae5",
        },
      ],
      "3.4.1": [
        {
          group: "org.apache.hadoop",
          artifact: "hadoop-aws",
          version: "3.4.1",
          sha256: "01334a07e179cae2b7e251f24857f11e3759108c9d6a79dcbe362a4295227da2",
        },
        {
          group: "software.amazon.awssdk",
          artifact: "bundle",
          version: "2.24.6",
          sha256: "890bf9f2a80488f7a8aa8277d64d13a9ea3a3cdff8607ef3b63a878d8b467b41",
        },
      ],
      "3.4.2": [
        {
          group: "org.apache.hadoop",
          artifact: "hadoop-aws",
          version: "3.4.2",
          sha256: "d2d24e6b715b5656b9d238bf13b6682a07e2004dd36aad74a73aeb854319f4d9",
        },
        {
          group: "software.amazon.awssdk",
          artifact: "bundle",
          version: "2.29.52",
          sha256: "62638f33045690c6bc5e496b54b0b2e89a9ad38cbedacdf6e017fea6bc85f55c",
        },
        {
          group: "software.amazon.s3.analyticsaccelerator",
          artifact: "analyticsaccelerator-s3",
          version: "1.2.1",
          sha256: "11029552e37408e41e689b20150f4b372e0b4f232de321ccafd0fcf443cdfb5a",
        },
      ],
      "3.5.0": [
        {
          group: "org.apache.hadoop",
          artifact: "hadoop-aws",
          version: "3.5.0",
          sha256: "66bd9eefb938b1a1657487324b63c13df2d8b17164a1dd24e0ef37b905bc5baa",
        },
        {
          group: "software.amazon.awssdk",
          artifact: "bundle",
          version: "2.35.4",
          sha256: "db4b55f24ad1b4e70f17eb1717a4de76a8dadc5a27d764be7c44ff67b2c1c677",
        },
        {
          group: "software.amazon.s3.analyticsaccelerator",
          artifact: "analyticsaccelerator-s3",
          version: "1.3.1",
          sha256: "4959a9747cbb479c73c3ffbcd479bee5b014f8b2880994585a8693fb9d24675e",
        },
      ],
    },
    /** That of RAPIDS has CUDA's libraries in it. */
    maxBytes: 1_500_000_000,
  },
  /** By version where this machine has it and loads it into the cluster, else with the digest of its index. */
  images: {
    objectStore: {
      name: "versity/versitygw:v1.8.0",
      digest: "sha256:30292fc2eeacc67a36993b01f7a7a5e3361a19cced0e80c1d71cfa2a4b0a2499",
    },
  },
  /** Eclipse Temurin's JRE of Java 17, the one release that every Spark line from 3.3 on supports; it gets fixes until October 2027. */
  jre: {
    version: "17.0.20.1+1",
    baseUrl: "https://github.com/adoptium/temurin17-binaries/releases/download/jdk-17.0.20.1%2B1",
    maxBytes: 100_000_000,
    archives: {
      "linux-x64": {
        file: "OpenJDK17U-jre_x64_linux_hotspot_17.0.20.1_1.tar.gz",
        sha256: "0b2b640e3046b64c8ec504de0ab9d91bb5610182bda21fad454681ce54d45a62",
      },
      "linux-arm64": {
        file: "OpenJDK17U-jre_aarch64_linux_hotspot_17.0.20.1_1.tar.gz",
        sha256: "b8efcd5acc9109fe8d35bed132499643048a257b4f6042906ece37d03c839d77",
      },
      "darwin-x64": {
        file: "OpenJDK17U-jre_x64_mac_hotspot_17.0.20.1_1.tar.gz",
        sha256: "333cb81123c36568586646c73c8fa2326dab8badc43f5ea388a90fff59c9df27",
      },
      "darwin-arm64": {
        file: "OpenJDK17U-jre_aarch64_mac_hotspot_17.0.20.1_1.tar.gz",
        sha256: "190480874ccceb358cbc840393207f77ac3e63a4c5f8129d0e23e9518b96ad05",
      },
    },
  },
  /** What uv installs where a machine has no Python that serves. */
  python: "3.12",
  /** Its wheels on PyPI. Those for musl are linked statically and run beside glibc, too. */
  uv: {
    version: "0.13.9",
    maxBytes: 100_000_000,
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
