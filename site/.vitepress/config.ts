/** The site of the documentation: the pages of docs/ as they are, in the order of docs/README.md, which is its first page. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { defineConfig } from 'vitepress'
import { leadWithinTheSite } from './links.ts'
import { sectionsOf, slugOf } from './pages.ts'

const docs = join(import.meta.dirname, '..', '..', 'docs')
const require = createRequire(import.meta.url)
const sections = sectionsOf(readFileSync(join(docs, 'README.md'), 'utf8'))
const decisions = sectionsOf(readFileSync(join(docs, 'decisions', 'README.md'), 'utf8'), 'decisions/')

const home = {
  layout: 'home',
  hero: {
    name: 'Stator',
    text: 'DynamoDB that stays with you',
    tagline:
      'A durable, exact, fast DynamoDB-compatible database server. One command starts it; every AWS SDK and the AWS CLI use it unchanged. Nothing is ever sent anywhere.',
    image: { src: '/stator.svg', alt: 'The slots of a stator' },
    actions: [
      { theme: 'brand', text: 'First steps', link: '/first-steps' },
      { theme: 'alt', text: 'In tests', link: '/testing' },
      { theme: 'alt', text: 'Design a table', link: '/single-table' },
    ],
  },
  features: [
    {
      title: 'As AWS answers',
      details: 'Validation, messages, units to the byte, transactions, PartiQL, streams, backups; IAM, STS and CloudWatch beside it.',
      link: '/compatibility',
    },
    {
      title: 'On disk first',
      details: 'What was answered survives kill -9 and a power cut, on a folder or on a PostgreSQL.',
      link: '/robustness',
    },
    {
      title: 'What production would do',
      details: "Partitions, throttles with AWS's reasons, hot keys, access patterns and cost, seen before launch.",
      link: '/throughput',
    },
    {
      title: 'Made for tests',
      details: 'A fresh database for each test in less than a millisecond; time, throttles and faults on purpose.',
      link: '/testing',
    },
  ],
}

/** Pages that are not laid out as all others are. */
const layouts: { readonly [path: string]: { readonly frontmatter: object } } = {
  'index.md': { frontmatter: home },
  // Tables of many columns have the place of the outline, too.
  'benchmarks.md': { frontmatter: { aside: false } },
}

export default defineConfig({
  title: 'Stator',
  description: 'DynamoDB that stays with you: a durable, exact, fast DynamoDB-compatible database server.',
  lang: 'en',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/stator.svg' }]],
  srcDir: docs,
  outDir: join(import.meta.dirname, '..', 'dist'),
  cacheDir: join(import.meta.dirname, '..', 'node_modules', '.cache'),
  rewrites: { 'README.md': 'index.md', ':folder/README.md': ':folder/index.md' },
  cleanUrls: false,
  markdown: { anchor: { slugify: slugOf }, config: leadWithinTheSite },
  transformPageData: ({ relativePath }) => layouts[relativePath],
  vite: {
    publicDir: join(import.meta.dirname, 'public'),
    // The pages lie where nothing is installed.
    resolve: {
      alias: [
        { find: /^vue\/server-renderer$/, replacement: require.resolve('vue/server-renderer') },
        { find: /^vue$/, replacement: require.resolve('vue/dist/vue.runtime.esm-bundler.js') },
      ],
    },
  },
  themeConfig: {
    logo: '/stator.svg',
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    externalLinkIcon: true,
    nav: sections.map(({ text, items }) => ({
      text,
      link: items[0]?.link ?? '/',
      activeMatch: `^/(${items.map(({ page }) => page).join('|')})\\.html$`,
    })),
    sidebar: {
      '/': sections,
      '/decisions/': decisions,
    },
    footer: { message: 'Apache-2.0. Stator is not affiliated with Amazon Web Services.' },
  },
})
