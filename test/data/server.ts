/** A web server on this machine that hands out files in good and bad ways. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

/** What a mirror does with a request for a file. */
export type Manner = (
  content: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
) => void;

const rangeOf = (request: IncomingMessage): number =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);

export const manners = {
  /** Sends what is asked for, in small pieces; resumes where the client stopped. */
  sound(content, request, response) {
    const from = rangeOf(request);
    const head = { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from > 0 ? 206 : 200, from > 0 ? head : {});
    for (let at = from; at < content.length; at += 1000)
      response.write(content.subarray(at, at + 1000));
    response.end();
  },
  /** Sends a piece, waits, sends a piece, …: slow, but never silent for long. */
  slow(content, _request, response) {
    const send = (at: number): void => {
      response.write(content.subarray(at, at + 1000));
      if (at + 1000 >= content.length) response.end();
      else setTimeout(send, 400, at + 1000);
    };
    send(0);
  },
  /** Knows nothing of ranges. */
  fromTheStart(content, _request, response) {
    response.end(content);
  },
  /** Sends 1,500 more bytes and keeps the line open until `hangUp`. */
  breaking(content, request, response) {
    const from = rangeOf(request);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": content.length - from,
      "content-range": `bytes ${from}-${content.length - 1}/${content.length}`,
    });
    response.write(content.subarray(from, from + 1500));
  },
  /** Ends politely, too early. */
  short(content, _request, response) {
    response.end(content.subarray(0, 1200));
  },
  /** Right length, wrong content, whatever is asked for. */
  false(content, request, response) {
    const from = rangeOf(request);
    response.writeHead(from > 0 ? 206 : 200, { "content-range": `bytes ${from}-` });
    response.end(content.slice(from).fill(7));
  },
  /** A page that is no file, with status 200. */
  portal(_content, _request, response) {
    response.end("<html>Please log in</html>");
  },
  /** More than was announced, without end. */
  endless(content, _request, response) {
    const send = (): void => {
      if (!response.destroyed) response.write(content, () => setImmediate(send));
    };
    send();
  },
  /** Answers another range than the one asked for. */
  offset(content, _request, response) {
    response.writeHead(206, {
      "content-range": `bytes 10-${content.length - 1}/${content.length}`,
    });
    response.end(content.subarray(10));
  },
  absent(_content, _request, response) {
    response.writeHead(404).end("no such file");
  },
  /** Accepts, sends a little and then nothing. */
  silent(content, _request, response) {
    response.write(content.subarray(0, 100));
  },
} as const satisfies Record<string, Manner>;

/** A server whose folder "MANNER/" holds the files, served in that manner, and the requests it has had. */
export async function serve(files: Readonly<Record<string, Uint8Array>>) {
  const requests: string[] = [];
  const isManner = (name: string): name is keyof typeof manners => Object.hasOwn(manners, name);
  const server = createServer((request, response) => {
    const [, manner = "", name = ""] = (request.url ?? "").split("/");
    requests.push(`${manner}/${name} ${request.headers.range ?? "whole"}`);
    const content = files[name];
    if (isManner(manner) && content) manners[manner](content, request, response);
    else manners.absent(new Uint8Array(), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    requests,
    /** Breaks all connections. */
    hangUp: (): void => server.closeAllConnections(),
    mirror: (manner: keyof typeof manners): string => `http://127.0.0.1:${port}/${manner}/`,
  };
}
