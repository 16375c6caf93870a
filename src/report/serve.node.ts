/** Serves the studies of a folder to this machine's browser. Nobody else is answered: the socket is on loopback, and a
 *  request must name it as its host, so that no foreign page can reach it by a name of its own. No path of a request
 *  ever reaches the disk: it is looked up among the names of the studies found. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readStudy } from "../study/store.node.js";
import { NormLensError } from "../tensor/errors.js";
import { reportData } from "./build.js";
import { fillTemplate, type PageDocument } from "./fill.js";
import { PROBLEM_FORMAT } from "./list.js";
import { pageTemplate } from "./render.node.js";
import { findStudies, hrefOf, listStudies } from "./studies.node.js";

const HOST = "127.0.0.1";

const headers = {
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
} as const;

export interface ServedFolder {
  readonly url: string;
  /** Ends it; answers on the way are cut off. */
  close(): Promise<void>;
}

/** Serves `folder`; `port` 0 takes any that is free. */
export async function serveStudies(
  folder: string,
  { port = 0 }: { port?: number | undefined } = {},
): Promise<ServedFolder> {
  await findStudies(folder); // a folder that is none is told of before anything is served
  const template = await pageTemplate();
  const server = createServer((request, response) => {
    answer(request, folder, template).then(
      (reply) => send(request, response, reply),
      (error: unknown) => send(request, response, failed(error, template)),
    );
  });
  const actual = await listening(server, port);
  return {
    url: `http://${HOST}:${actual}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      const remedy = taken ? "it is taken; give another --port" : error.message;
      reject(
        new NormLensError("option", `serve: got port ${port}, expected a free one: ${remedy}`),
      );
    });
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

interface Reply {
  readonly status: number;
  readonly type: "text/html" | "application/json" | "text/plain";
  readonly body: string;
}

const plain = (status: number, body: string): Reply => ({ status, type: "text/plain", body });

/** Names under which this machine calls itself. */
const isOwnHost = (host: string | undefined): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? "");

async function answer(request: IncomingMessage, folder: string, template: string): Promise<Reply> {
  if (!isOwnHost(request.headers.host)) return plain(403, "This page is for this machine alone.");
  if (request.method !== "GET" && request.method !== "HEAD")
    return plain(405, "Only GET and HEAD are answered.");
  const [path] = (request.url ?? "/").split(/[?#]/);
  const studies = await findStudies(folder);
  if (path === "/") return html(template, await listStudies(studies));
  const found = studies.find(({ name }) => path.startsWith(`/${hrefOf(name)}`));
  const rest = found && path.slice(hrefOf(found.name).length + 1);
  if (found === undefined || (rest !== "" && rest !== "report.json"))
    return plain(404, "There is no such study here.");
  const { study, timings } = await readStudy(found.folder);
  const data = reportData(study, timings);
  return rest === ""
    ? html(template, data)
    : { status: 200, type: "application/json", body: JSON.stringify(data) };
}

const html = (template: string, document: PageDocument, status = 200): Reply => ({
  status,
  type: "text/html",
  body: fillTemplate(template, document),
});

/** Studies that cannot be read are told of on the page; anything else is a fault of ours and stays short. */
const failed = (error: unknown, template: string): Reply =>
  error instanceof NormLensError
    ? html(template, { format: PROBLEM_FORMAT, message: error.message }, 500)
    : plain(500, "Something went wrong here.");

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    ...headers,
    "Content-Type": `${reply.type}; charset=utf-8`,
    "Content-Length": body.length,
    ...(reply.status === 405 && { Allow: "GET, HEAD" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
