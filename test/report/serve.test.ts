/** The server of reports: what it finds, what it answers, and whom it does not. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readReport } from "../../src/report/read.js";
import { type ServedFolder, serveStudies } from "../../src/report/serve.node.js";
import { findStudies } from "../../src/report/studies.node.js";
import { studyText } from "../../src/study/store.js";
import { RESULT_VERSION } from "../../src/study/version.js";
import { exampleStudy } from "../report/fixture.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-serve-"));
const example = { ...exampleStudy({ config: { seeds: 2, epochs: 1 } }), version: RESULT_VERSION };
const hostile = `a "b" <i>c & ü`;
let served: ServedFolder;

beforeAll(async () => {
  for (const name of ["good", hostile, "broken", "empty"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "good", "study.json"), studyText(example));
  writeFileSync(join(folder, hostile, "study.json"), studyText(example));
  writeFileSync(join(folder, "broken", "study.json"), "{");
  symlinkSync(join(folder, "good"), join(folder, "link"));
  writeFileSync(join(folder, "secret.txt"), "secret");
  served = await serveStudies(folder);
});
afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Asks for a path exactly as it is written: no client tidies it. */
function ask(path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  const { port } = new URL(served.url);
  return new Promise((resolve, reject) => {
    const { method = "GET", host = `127.0.0.1:${port}` } = options;
    request({ host: "127.0.0.1", port, path, method, headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        body += part;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body }),
      );
    })
      .on("error", reject)
      .end();
  });
}

/** The data in a page, read as the page reads them. */
const dataOf = ({ body }: Answer) =>
  readReport(/id="report-data">(.*?)<\/script>/s.exec(body)?.[1] ?? "");

describe("the studies of a folder", () => {
  test("are the folders with a study in them; links are not followed", async () => {
    expect((await findStudies(folder)).map(({ name }) => name)).toEqual([
      hostile,
      "broken",
      "good",
    ]);
  });
  test("are one where the folder is a study itself", async () => {
    expect((await findStudies(join(folder, "good"))).map(({ name }) => name)).toEqual(["good"]);
  });
  test("of a place that is no folder cannot be", async () => {
    await expect(findStudies(join(folder, "secret.txt"))).rejects.toThrow(
      /^serve: got .*secret\.txt, expected a folder with studies in it$/,
    );
  });
});

describe("answers", () => {
  test("a list, in which a broken study stands by its name alone", async () => {
    const answer = await ask("/");
    expect(answer.status).toBe(200);
    expect(dataOf(answer).list?.studies).toEqual([
      { name: hostile, href: `${encodeURIComponent(hostile)}/`, design: expect.anything() },
      { name: "broken", href: "broken/" },
      {
        name: "good",
        href: "good/",
        design: {
          dataset: "glyphs",
          network: "seed",
          arms: ["none", "batch"],
          seeds: 2,
          epochs: 1,
        },
      },
    ]);
  });
  test("a report, and its data", async () => {
    const page = await ask("/good/");
    expect(dataOf(page).data?.setup.seeds).toEqual([0, 1]);
    const json = await ask("/good/report.json");
    expect(json.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(readReport(json.body).data).toEqual(dataOf(page).data);
    expect(dataOf(await ask(`/${encodeURIComponent(hostile)}/`)).data).toBeDefined();
  });
  test("a page that says why a study cannot be read", async () => {
    const answer = await ask("/broken/");
    expect(answer.status).toBe(500);
    expect(dataOf(answer).problem?.kind).toBe("unreadable");
    expect(dataOf(answer).problem?.details[0]).toContain("study.json");
  });
  test("only what is among the studies", async () => {
    const paths = [
      "/secret.txt",
      "/../secret.txt",
      "/good/../secret.txt",
      "/good/..%2fsecret.txt",
      "/good/study.json",
      "/good",
      "/link/",
      "/empty/",
      "/%2e%2e/",
      "//good/",
      "/%00/",
      "/%/",
    ];
    for (const path of paths) {
      const { status, body } = await ask(path);
      expect([path, status]).toEqual([path, 404]);
      expect(body).not.toContain("secret");
    }
  });
  test("nobody who calls it by another name, and no other method", async () => {
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"])
      expect((await ask("/", { host })).status).toBe(403);
    expect((await ask("/", { host: "localhost" })).status).toBe(200);
    const post = await ask("/", { method: "POST" });
    expect([post.status, post.headers.allow]).toEqual([405, "GET, HEAD"]);
    const head = await ask("/good/", { method: "HEAD" });
    expect([head.status, head.body]).toEqual([200, ""]);
  });
  test("with headers that keep it to itself", async () => {
    const { headers } = await ask("/");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    });
    expect(new URL(served.url).hostname).toBe("127.0.0.1");
  });
  test("not on a port that is taken", async () => {
    const { port } = new URL(served.url);
    await expect(serveStudies(folder, { port: Number(port) })).rejects.toThrow(
      `serve: got port ${port}, expected a free one: it is taken; give another --port`,
    );
  });
});
