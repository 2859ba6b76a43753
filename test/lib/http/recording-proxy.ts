import { createServer, request as requestHttp } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A proxy that carries every host to one place on this machine, and keeps which it was asked for. */
export class RecordingProxy {
  /** "GET http://host/path", or "CONNECT host:port". */
  readonly seen: string[] = [];
  /** Given in place of an answer. */
  refusal: number | null = null;
  url = "";
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer();

  /** @param target where all that it carries arrives */
  async start(target: () => string): Promise<this> {
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
    });
    this.#server.on("request", (incoming, outgoing) => {
      this.seen.push(`${incoming.method} ${incoming.url}`);
      if (this.refusal !== null) return void outgoing.writeHead(this.refusal).end("no");
      const { hostname, port } = new URL(target());
      const { pathname, search } = new URL(incoming.url ?? "");
      const { method, headers } = incoming;
      const onward = requestHttp({ hostname, port, method, path: pathname + search, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on("error", () => outgoing.destroy());
      incoming.pipe(onward);
    });
    this.#server.on("connect", (incoming, socket, head) => {
      this.seen.push(`CONNECT ${incoming.url}`);
      if (this.refusal !== null) return void socket.end(`HTTP/1.1 ${this.refusal} No\r\n\r\n`);
      const { hostname, port } = new URL(target());
      const onward = connect(Number(port), hostname, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.write(head);
        socket.pipe(onward).pipe(socket);
      });
      this.#sockets.add(onward);
      onward.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
