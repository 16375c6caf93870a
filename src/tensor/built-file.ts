/** Where a built file stands, seen from a module of this package: workers are started from built JavaScript even
 *  when the module that starts them is TypeScript source (as in tests). */
export function builtFile(moduleUrl: string, path: string): URL {
  const inSource = /\/src\/(?!.*\/src\/)/.exec(moduleUrl);
  if (moduleUrl.endsWith(".ts") && inSource)
    return new URL(`${moduleUrl.slice(0, inSource.index)}/dist/${path}`);
  const root = /\/dist\/(?!.*\/dist\/)/.exec(moduleUrl);
  return new URL(`${moduleUrl.slice(0, root?.index ?? 0)}/dist/${path}`);
}
