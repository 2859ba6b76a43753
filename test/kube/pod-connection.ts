import type { WebSocket } from "ws";

const DATA = 0;
const ERROR = 1;
const FRAME_BYTES = 32 * 1024;
/** On which every pod of the fake API server listens. */
export const POD_PORT = 7071;

/** A frame as the API server sends it: the channel, then bytes. Source: Kubernetes, staging/src/k8s.io/streaming, v4.channel.k8s.io. */
const frame = (channel: number, bytes: Uint8Array | string) => Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]);

/** Opens both channels, each with the pod's port. */
export function greet(socket: WebSocket): void {
  const port = Buffer.alloc(2);
  port.writeUInt16LE(POD_PORT);
  socket.send(frame(DATA, port));
  socket.send(frame(ERROR, port));
}

/** Answers one HTTP request of a connection and closes it. */
export function answer(body: string | Uint8Array): (socket: WebSocket) => void {
  return (socket) => {
    let request = "";
    socket.on("message", (data: Buffer) => {
      request += data.subarray(1).toString();
      if (!request.endsWith("\r\n\r\n")) return;
      socket.send(frame(DATA, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"));
      const bytes = Buffer.from(body);
      for (let at = 0; at < bytes.length; at += FRAME_BYTES) {
        socket.send(frame(DATA, bytes.subarray(at, at + FRAME_BYTES)));
      }
      socket.close();
    });
  };
}

/** Says that the connection could not be made inside the pod. */
export function refuseInPod(message: string): (socket: WebSocket) => void {
  return (socket) => socket.send(frame(ERROR, message));
}
