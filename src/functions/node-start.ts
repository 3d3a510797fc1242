/** How a program that is a text is given to Node: this one, or where Stator is a single executable the one that is on the path. */

export function nodeStart(program: string, words: readonly string[]): { readonly command: string; readonly words: readonly string[] } {
  const isAlone = process.getBuiltinModule('node:sea')?.isSea() === true
  // TypeScript as it stands: Node's own, from 22.18 on without being asked.
  const types = process.features.typescript === false && !isAlone ? ['--experimental-strip-types'] : []
  const quiet = ['--disable-warning=ExperimentalWarning']
  return {
    command: isAlone ? 'node' : process.execPath,
    words: [...types, ...quiet, '--input-type=module', '-e', program, '--', ...words],
  }
}
