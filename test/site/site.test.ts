/** The site of the documentation, built as `npm run site` builds it: all pages of docs/ are there, are reached from the first one, and no link leads nowhere. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { skipFor } from '../harness/skip.ts'

const root = join(import.meta.dirname, '../..')
const generator = join(root, 'site', 'node_modules', 'vitepress', 'bin', 'vitepress.js')
const skip = skipFor(existsSync(generator) ? undefined : 'its generator is not installed (npm ci --ignore-scripts --prefix site)')

/** A page of docs/ by its path there, as the site has it. */
const pageOf = (path: string): string => path.replace(/\.md$/, '.html').replace(/README\.html$/, 'index.html')
const pages = globSync('**/*.md', { cwd: join(root, 'docs') }).map(pageOf)

describe('The site', { skip }, () => {
  let site = ''
  const read = (path: string): string => readFileSync(join(site, path), 'utf8')

  before(() => {
    site = mkdtempSync(join(tmpdir(), 'stator-site-'))
    // It says itself which links between pages lead nowhere, and fails.
    execFileSync(process.execPath, [generator, 'build', join(root, 'site'), '--outDir', site], { stdio: 'pipe', timeout: 120_000 })
  })
  after(() => rmSync(site, { recursive: true, force: true }))

  test('has a page for each document, and no others', () => {
    const made = globSync('**/*.html', { cwd: site }).filter((path) => path !== '404.html')
    assert.deepEqual(made.sort(), [...pages].sort())
  })

  test('leads from its first page to all of them, and nowhere else', () => {
    const reached = new Set(['index.html'])
    const dead: string[] = []
    for (const page of reached) {
      for (const { path, anchor } of linksOf(page, read(page))) {
        if (existsSync(join(site, path)) && (anchor === undefined || read(path).includes(` id="${anchor}"`))) {
          if (path.endsWith('.html')) reached.add(path)
        } else dead.push(`${page}: ${path}#${anchor}`)
      }
    }
    assert.deepEqual(dead, [])
    assert.deepEqual([...reached].sort(), [...pages].sort())
  })

  test('shows what its pages show, and asks nobody else for anything', () => {
    for (const page of pages) {
      const html = read(page)
      assert.match(html, /<h1[ >]/, page)
      const asked = [...html.matchAll(/<(?:script|img|source|iframe)[^>]* src="([^"]*)"|<link[^>]* href="([^"]*)"/g)]
      for (const [, source, target] of asked) {
        const path = decodeURI(source ?? target ?? '')
        assert.ok(path.startsWith('/') && existsSync(join(site, path)), `${page}: ${path}`)
      }
    }
    const styles = globSync('assets/*.css', { cwd: site })
    assert.ok(styles.length > 0)
    assert.deepEqual(
      styles.filter((path) => /url\(["']?https?:|@import/.test(read(path))),
      [],
    )
  })

  test('has anchors as code hosts make them', () => {
    assert.match(read('control.html'), / id="post-_statorclockadvance"/)
    assert.match(read('load.html'), / id="load-stator-load"/)
  })

  test('finds what is looked for', () => {
    const [index = ''] = globSync('assets/**/*localSearchIndex*.js', { cwd: site })
    for (const word of ['adaptive', 'frozen', 'FilterSpecification']) assert.match(read(index), new RegExp(word, 'i'))
  })
})

/** Links within the site, as paths from its first folder. */
function linksOf(page: string, html: string): readonly { readonly path: string; readonly anchor: string | undefined }[] {
  return [...html.matchAll(/<a [^>]*href="([^"]*)"/g)]
    .map(([, href = '']) => href.replaceAll('&amp;', '&'))
    .filter((href) => !/^(https?|mailto):/.test(href))
    .map((href) => {
      const [target = '', anchor] = href.split('#')
      const path = target === '' ? page : target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(page), target)
      const file = path === '' || path.endsWith('/') ? `${path}index.html` : path
      return { path: decodeURI(file), anchor: anchor === undefined || anchor === '' ? undefined : decodeURIComponent(anchor) }
    })
}
