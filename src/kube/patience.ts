import { setTimeout as sleep } from "node:timers/promises";
import { InfrastructureError } from "../lib/errors.ts";
import { LimitError } from "../lib/files/limit.ts";
import { formatMs } from "../lib/text/format.ts";
import { isTransient, kubeDelayMs, kubeMessage, kubeStatus, toInfrastructureError } from "./client.ts";
import { ConnectionError } from "./stream.ts";

/** Told once when the API server is lost, and once when it is back; a connection that drops and comes back at once is neither. */
export type OnDisturbance = (message: string, state: "lost" | "back") => void;

export interface PatienceOptions {
  /** For people, after "could not": "follow the workflow x". */
  readonly what: string;
  readonly signal: AbortSignal;
  /** How long the API server may be away; its time alone counts, not that in which this machine slept. */
  readonly unreachableTimeoutMs: number;
  readonly onDisturbance: OnDisturbance;
  /** Before the second attempt; doubled for each further one. */
  readonly firstDelayMs?: number;
  /** Asks for new credentials; called once after a 401. */
  readonly onUnauthorized?: () => void;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
/** A starting API server refuses rights and does not know resources for some seconds, though it will. */
const STARTING_MS = 30_000;

/** Decides after each failure of a long conversation with the API server whether, and when, to try again. */
export class Patience {
  readonly #options: PatienceOptions;
  #everWorked = false;
  #failures = 0;
  #lostAt = 0;
  #told = false;
  #askedForCredentials = false;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** Failures since something last worked. */
  get failures(): number {
    return this.#failures;
  }

  /** The API server has taken the request; whether anything comes of it is open. */
  opened(): void {
    this.#everWorked = true;
    this.#askedForCredentials = false;
    const now = performance.now();
    if (this.#told) {
      const away = formatMs(now - this.#lostAt);
      this.#options.onDisturbance(`The API server answers again, after ${away}.`, "back");
    }
    this.#told = false;
    this.#lostAt = now;
  }

  /** Something has come from the API server. */
  worked(): void {
    this.opened();
    this.#failures = 0;
  }

  /**
   * Waits before the next attempt.
   *
   * @throws InfrastructureError where another attempt has no prospect, or the API server has been away for too long
   */
  async failed(error: unknown): Promise<void> {
    const { what, signal, unreachableTimeoutMs } = this.#options;
    const now = performance.now();
    if (this.#failures === 0) this.#lostAt = now;
    this.#failures += 1;
    const away = now - this.#lostAt;
    if (kubeStatus(error) === 401 && !this.#askedForCredentials) {
      this.#askedForCredentials = true;
      this.#options.onUnauthorized?.();
      return;
    }
    if (!this.#mayPass(error, away)) throw toInfrastructureError(what, error);
    if (away >= unreachableTimeoutMs) throw this.#giveUp(error, away);
    // A connection that was cut is no news while the next one works.
    if (this.#failures > 1 && !this.#told) {
      this.#told = true;
      const state = kubeStatus(error) === undefined ? "cannot be reached" : "answers with an error";
      this.#options.onDisturbance(`The API server ${state} (${kubeMessage(error)}); trying again.`, "lost");
    }
    const delayMs = kubeDelayMs(error, this.#failures + 1, this.#options.firstDelayMs ?? FIRST_DELAY_MS);
    await sleep(Math.min(delayMs, LONGEST_DELAY_MS, Math.max(unreachableTimeoutMs - away, 1)), undefined, { signal });
  }

  #mayPass(error: unknown, away: number): boolean {
    if (error instanceof LimitError) return false;
    const status = kubeStatus(error);
    if (status === 401 || status === 403 || status === 404) return this.#everWorked && away < STARTING_MS;
    if (status !== undefined) return isTransient(error) || status === 410;
    // What is left is the connection, or a credential plugin: one that has never worked is set up wrongly.
    return this.#everWorked || isTransient(error) || error instanceof ConnectionError || error instanceof SyntaxError;
  }

  #giveUp(error: unknown, away: number): InfrastructureError {
    const message = `Could not ${this.#options.what}: the API server has not answered for ${formatMs(away)} (${kubeMessage(error)}).`;
    return new InfrastructureError(message, {
      cause: error,
      hint: "Check that the cluster is up: kubectl get --raw /readyz",
    });
  }
}
