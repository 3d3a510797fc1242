/**
 * Makes the console: the page and its pieces as static files in the folder that is named. The names of scripts and styles have a part of their content
 * in them, so that a browser may keep them for ever.
 */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type OutputChunk } from 'rolldown'

const source = join(import.meta.dirname, '..', 'console')
const chartStyles = join(source, '..', 'node_modules', 'uplot', 'dist', 'uPlot.min.css')

/** Returns what was bundled, for its licenses. */
export async function buildConsole(folder: string): Promise<readonly OutputChunk[]> {
  mkdirSync(folder, { recursive: true })
  const { output } = await build({
    input: { console: join(source, 'main.tsx') },
    cwd: join(source, '..'),
    platform: 'browser',
    tsconfig: join(source, 'tsconfig.json'),
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'warn',
    output: {
      dir: folder,
      format: 'esm',
      entryFileNames: '[name]-[hash].js',
      chunkFileNames: '[name]-[hash].js',
      minify: true,
      comments: false,
    },
  })
  const chunks = output.filter((each) => each.type === 'chunk')
  const script = chunks.find(({ isEntry }) => isEntry)?.fileName ?? ''
  const page = readFileSync(join(source, 'index.html'), 'utf8')
  writeFileSync(join(folder, 'index.html'), page.replace('SCRIPT', script).replace('STYLE', writeStyles(folder)))
  copyFileSync(join(source, 'icon.svg'), join(folder, 'icon.svg'))
  return chunks
}

/** All of them in one file. */
function writeStyles(folder: string): string {
  const styles = join(source, 'styles')
  const own = readdirSync(styles)
    .sort()
    .reverse()
    .map((file) => readFileSync(join(styles, file), 'utf8'))
    .join('\n')
  const text = `${readFileSync(chartStyles, 'utf8')}\n${own}`
  const name = `console-${createHash('sha256').update(text).digest('base64url').slice(0, 8)}.css`
  writeFileSync(join(folder, name), text)
  return name
}
