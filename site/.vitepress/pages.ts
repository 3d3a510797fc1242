/** What docs/README.md says of the pages: headings of the second rank and the lists under them. The bar beside every page is made of it. */

export interface Section {
  readonly text: string
  readonly items: readonly PageLink[]
}

export interface PageLink {
  /** What the page is called there. */
  readonly text: string
  /** Its path within docs/, without an ending. */
  readonly page: string
  readonly link: string
}

/** Sections with their pages. `below`: the folder of docs/ that its links are relative to, with a slash behind it. */
export function sectionsOf(markdown: string, below = ''): readonly Section[] {
  const [first = '', ...others] = markdown.split(/^## /m)
  const texts = others.length > 0 ? others : [first.replace(/^# /, '')]
  return texts.map((text) => ({ text: text.slice(0, text.indexOf('\n')), items: pagesOf(text, below) }))
}

function pagesOf(text: string, below: string): readonly PageLink[] {
  return [...text.matchAll(/^- \[(.+)\]\(([\w/-]+)\.md\)/gm)].map(([, title = '', path]) => {
    const page = `${below}${path}`
    return { text: title.replaceAll('`', ''), page, link: `/${page.replace(/README$/, '')}` }
  })
}

/** An anchor as code hosts make it of a heading, so that a link into a page leads to the same place in both. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\p{Mark}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}
