/** The studies of a folder: the folder itself, or those right inside it. Links are not followed. */

import { lstat, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileNames } from "../study/store.js";
import { readStudy } from "../study/store.node.js";
import { fail } from "../tensor/errors.js";
import { LIST_FORMAT, type StudyList } from "./list.js";

export interface FoundStudy {
  /** The folder's name. */
  readonly name: string;
  readonly folder: string;
}

/** Folders with a study, by name; the folder itself if it is one. */
export async function findStudies(folder: string): Promise<FoundStudy[]> {
  const root = resolve(folder);
  if (!(await isFolder(root)))
    fail("file", `serve: got ${folder}, expected a folder with studies in it`);
  if (await hasStudy(root)) return [{ name: basename(root), folder: root }];
  const entries = await readdir(root, { withFileTypes: true });
  const inner = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, folder: join(root, name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = await Promise.all(inner.map(async (each) => (await hasStudy(each.folder)) && each));
  return found.filter((each) => each !== false);
}

const statusOf = (path: string) => lstat(path).catch(() => undefined);

const isFolder = async (path: string): Promise<boolean> =>
  (await statusOf(path))?.isDirectory() ?? false;

const hasStudy = async (folder: string): Promise<boolean> =>
  (await statusOf(join(folder, fileNames.study)))?.isFile() ?? false;

/** The list as the page shows it. A study that cannot be read stands there by its name alone. */
export async function listStudies(studies: readonly FoundStudy[]): Promise<StudyList> {
  const list: StudyList["studies"] = [];
  for (const study of studies) list.push(await described(study)); // one by one: they may be large
  return { format: LIST_FORMAT, studies: list };
}

/** The place of a study in addresses. */
export const hrefOf = (name: string): string => `${encodeURIComponent(name)}/`;

async function described({ name, folder }: FoundStudy): Promise<StudyList["studies"][number]> {
  try {
    const { config } = (await readStudy(folder)).study;
    const design = {
      dataset: config.dataset.name,
      network: config.model.name,
      arms: config.arms.map((arm) => arm.name),
      seeds: config.seeds.length,
      epochs: config.epochs,
    };
    return { name, href: hrefOf(name), design };
  } catch {
    return { name, href: hrefOf(name) }; // its own page says what is wrong
  }
}
