import tables from "../../../workflows/tables.json" with { type: "json" };

/** Properties that every Spark of a run has unless the tier or the user says otherwise. */
export const DEFAULT_CONF: Readonly<Record<string, string>> = tables.sparkConf;

/** Memory of a driver that has executors of their own to do the work: it plans and collects little. */
export const DRIVER_MEMORY_MB = 1024;
